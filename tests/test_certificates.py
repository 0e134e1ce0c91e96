"""Certificates of https sources: checked, and how long they last is known."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from collectors.failures import SourceError
from collectors.fetch import Http


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 with its key in one file, valid for ten days."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    both = tmp_path / "both.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 10 -subj /CN=pretend -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(
        [*command.split(), "-keyout", str(both), "-out", str(tmp_path / "c.pem")], check=True, capture_output=True
    )
    both.write_bytes(both.read_bytes() + (tmp_path / "c.pem").read_bytes())
    return both


@asynccontextmanager
async def serving_tls(certificate: Path) -> AsyncIterator[str]:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(text="halo")

    app = web.Application()
    app.router.add_get("/", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    try:
        yield f"https://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def test_the_days_left_are_known_from_every_answer_of_a_connection(certificate: Path) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with serving_tls(certificate) as url, Http(tls=trusting) as http:
        days = [(await http.get(url)).certificate_days for _ in range(3)]
    assert days == [9, 9, 9]


async def test_a_certificate_nobody_vouches_for_is_refused(certificate: Path) -> None:
    async with serving_tls(certificate) as url, Http() as http:
        with pytest.raises(SourceError) as caught:
            await http.get(url)
    assert caught.value.reason == "certificate not valid (self-signed certificate)"
