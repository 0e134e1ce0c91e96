"""Writes the day's brief as PDF, in every language of the city, and ends those that are older than they are kept."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import structlog

from collectors.brief.briefing import Briefing
from collectors.brief.kept import due, prune, write
from collectors.notes import Notes
from collectors.readings.shape import Reading
from collectors.readings.stage import in_force
from collectors.store import Store
from dashboards.whole import Contents
from layouts.brief.ink import Fonts
from layouts.brief.pdf import draw_pdf
from layouts.brief.said import say
from layouts.state import aged


async def write_briefs(store: Store, briefing: Briefing, contents: Contents, only_due: bool) -> list[Path]:
    """The files that were written. Raises StoreDownError, OSError."""
    folder, log = contents.kept, structlog.get_logger("brief")
    if folder is None:
        return []
    now = datetime.now(UTC)
    here = now.astimezone(contents.city.timezone)
    languages = due(contents.brief, folder, contents.words, here) if only_due else list(contents.words)
    if not languages:
        return []
    kept = await store.readings(briefing.areas)
    readings = {area: aged(cast("Reading", reading), now) for area, reading in kept.items()}
    stage = in_force(*await store.stages(), [reading["level"] for reading in readings.values()], now)
    brief = await briefing.brief(readings, stage, now)
    notes = await Notes(store).of("/brief")
    fonts = Fonts(contents.assets / "fonts")
    written = []
    for words in contents.words.values():
        if words.language in languages:
            drawn = await asyncio.to_thread(draw_pdf, say(brief, words, notes), fonts, contents.address)
            written.append(write(folder, here.date(), words.language, drawn))
    ended = prune(folder, contents.brief, here.date())
    log.info("brief written", files=[path.name for path in written], ended=ended)
    return written
