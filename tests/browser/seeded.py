"""A night before the room was started, for what officials ask about: written into its history as the program would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from collectors.facts import HOURS, OUTAGES
from collectors.history import columns_of
from collectors.rollup import hours, outages
from collectors.writing import Writing

ROOT = Path(__file__).resolve().parent.parent.parent
ZONE = ZoneInfo("Asia/Jakarta")
BROKEN = "laksa-app"
"""The application that was down for forty minutes last night."""


def last_night(folder: Path) -> None:
    """Checks of three applications over the last day; one of them was down from two to twenty to three hours ago."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    writing = Writing(folder)
    for back in range(24, 0, -1):
        hour = now - timedelta(hours=back)
        checks = [
            {
                "moment": (hour + timedelta(minutes=minute)).strftime("%Y-%m-%d %H:%M:%S"),
                "app": app,
                "status": "down" if app == BROKEN and back == 4 and minute < 40 else "up",
                "latency_ms": 120,
                "demo": True,
            }
            for minute in range(60)
            for app in (BROKEN, "tangerang-live", "siabon")
        ]
        writing.merge(HOURS, columns_of(hours(checks), HOURS))
        writing.merge(OUTAGES, columns_of(outages(checks), OUTAGES))
    writing.close()
