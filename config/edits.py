"""The city's file while it is being edited: every good edit is taken up, a bad one is said and changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import structlog

from config.reader import Config, ConfigError, load

LOOK_SECONDS = 1.0


async def edits(config: Config, environment: Mapping[str, str]) -> AsyncIterator[Config | str]:
    """Each new configuration as its files change; the first mistake as a sentence where an edit cannot be used."""
    log = structlog.get_logger("config")
    seen = stamps((*config.files, *config.folders))
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        now = stamps((*config.files, *config.folders))
        if now == seen:
            continue
        await asyncio.sleep(LOOK_SECONDS / 4)  # an editor may still be writing
        seen = stamps((*config.files, *config.folders))  # before reading: an edit while we read is another edit
        try:
            edited = await asyncio.to_thread(load, config.path, environment)
        except ConfigError as error:
            log.error("edit refused", mistakes=len(error.mistakes), first=error.mistakes[0])
            more = len(error.mistakes) - 1
            yield error.mistakes[0] + (f" (+{more})" if more else "")
        except OSError as error:
            log.error("edit refused", first=f"{config.path.name}: cannot be read: {error.strerror}")
            yield f"{config.path.name}: cannot be read: {error.strerror}"
        else:
            log.info("edit taken up", file=config.path.name)
            if (edited.files, edited.folders) != (config.files, config.folders):
                seen = stamps((*edited.files, *edited.folders))
            config = edited
            yield config


def stamps(files: Sequence[Path]) -> list[tuple[int, int] | None]:
    """When each file was last written and how long it is; None for one that is not there."""
    found: list[tuple[int, int] | None] = []
    for file in files:
        try:
            about = file.stat()
        except OSError:
            found.append(None)
        else:
            found.append((about.st_mtime_ns, about.st_size))
    return found
