"""Dash's own scripts and those of its component packages, compressed once: they are large and never change."""

from __future__ import annotations

import asyncio
import mimetypes
import pkgutil
import sys
from collections.abc import Mapping

from dash import Dash
from dash.fingerprint import build_fingerprint, check_fingerprint
from starlette.responses import Response

from dashboards.files import File

PREFIX = "/_dash-component-suites/"


class Suites:
    """What Dash has registered, by package and path within it. Reading and packing happen beside the event loop."""

    def __init__(self, dash: Dash) -> None:
        self.dash = dash
        self.kept: dict[tuple[str, str], asyncio.Task[File]] = {}

    async def asked(self, path: str, given: Mapping[str, str]) -> Response | None:
        """The answer at an address to a request with these headers, None where there is no such script."""
        package, name, fingerprinted = parts(path)
        if name not in self.dash.registered_paths.get(package, ()):
            return None
        task = self.kept.get((package, name))
        if task is None or (task.done() and task.exception()):
            task = self.kept[package, name] = asyncio.create_task(asyncio.to_thread(read, package, name))
        try:
            file = await asyncio.shield(task)
        except OSError:
            return None
        return file.answer(given, for_ever=fingerprinted)

    def address(self, package: str, name: str) -> str:
        """The address of a script that names its version, as Dash makes them. KeyError where no such package is."""
        version = str(getattr(sys.modules[package], "__version__", "0"))
        fingerprint = build_fingerprint(name, version, 0)  # type: ignore[no-untyped-call]
        return f"{PREFIX}{package}/{fingerprint}"


def parts(path: str) -> tuple[str, str, bool]:
    """An address as package, path within it, and whether it names its version."""
    package, _, name = path.removeprefix(PREFIX).partition("/")
    plain, fingerprinted = check_fingerprint(name)  # type: ignore[no-untyped-call]
    return package, plain, fingerprinted


def read(package: str, name: str) -> File:
    """Raises OSError where the package has no such file."""
    data = pkgutil.get_data(package, name)
    if data is None:
        raise FileNotFoundError(name)
    return File.of(data, mimetypes.guess_type(name)[0] or "application/octet-stream")
