"""The words sources use for the health of an application, in lower case with blanks for _ and -. Others are unknown."""

from __future__ import annotations

from collections.abc import Mapping

from collectors.records import AppStatus
from collectors.text import word

_WORDS: dict[AppStatus, tuple[str, ...]] = {
    "up": ("pass", "ok", "up", "healthy", "aktif", "normal", "hidup"),
    "degraded": ("warn", "warning", "degraded", "gangguan", "terganggu", "lambat"),
    "down": ("fail", "error", "down", "unhealthy", "out of service", "mati", "gagal"),
    "maintenance": ("maintenance", "under maintenance", "pemeliharaan"),
}
_ALIASES = {each: status for status, words in _WORDS.items() for each in words}


def app_status(given: str | None, own: Mapping[str, AppStatus] | None = None) -> AppStatus:
    """What the source's word means; `own` are words of this source alone, which come first."""
    found = word(given or "")
    return (own or {}).get(found) or _ALIASES.get(found, "unknown")
