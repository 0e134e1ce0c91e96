"""The words sources use for the state of a complaint, in lower case with blanks for _ and -. Others are unknown."""

from __future__ import annotations

from collections.abc import Mapping

from collectors.records import ComplaintStatus
from collectors.text import word

_WORDS: dict[ComplaintStatus, tuple[str, ...]] = {
    "waiting": (
        "open", "opened", "new", "received", "pending", "submitted", "registered", "queued", "unassigned",
        "menunggu", "belum", "baru", "diterima", "terkirim", "belum diproses", "belum ditindaklanjuti",
    ),
    "in_progress": (
        "in progress", "in process", "inprogress", "acknowledged", "assigned", "accepted", "started", "scheduled",
        "proses", "diproses", "dalam proses", "sedang diproses", "ditindaklanjuti", "tindak lanjut", "dikerjakan",
    ),
    "done": (
        "closed", "completed", "complete", "done", "resolved", "fixed", "processed", "finished", "archived",
        "rejected", "duplicate", "cancelled", "canceled",
        "selesai", "ditutup", "tuntas", "ditolak", "selesai ditindaklanjuti",
    ),
}  # fmt: skip
_ALIASES = {word: status for status, words in _WORDS.items() for word in words}


def complaint_status(given: str | None, own: Mapping[str, ComplaintStatus] | None = None) -> ComplaintStatus:
    """What the source's word means; `own` are words of this source alone, which come first."""
    if not given:
        return "unknown"
    found = word(given)
    return (own or {}).get(found) or _ALIASES.get(found, "unknown")
