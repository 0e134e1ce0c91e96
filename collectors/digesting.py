"""Writing digests (digests.py): each whole or not at all, and again where it is missing or cannot be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from collectors.complaint_counts import BY, complaint_counts, waiting
from collectors.digests import Digest, app_days, bed_sums
from collectors.history import BrokenFileError
from collectors.parts import DIGEST, digest_of, digests_in
from collectors.readings.limits import Limits
from collectors.relations import scan
from collectors.writing import Writing


def digests_of(zone: tzinfo, limits: Limits) -> list[Digest]:
    """Those of a city."""
    counts = [complaint_counts(limits.complaint_age, limits.complaint_answer, by) for by in ("", *BY)]
    return [bed_sums(), app_days(zone), *counts, waiting()]


def keep_digests(history: Writing, digests: Sequence[Digest], most: int) -> int:
    """Write those that are missing, the newest first, at most so many; how many. Raises HistoryError."""
    written = 0
    for digest in digests:
        there = {path for path in digests_in(history.folder / digest.table.name) if not history.is_broken(path)}
        for part in reversed(history.parts(digest.table)):
            path = digest_of(part, digest.name)
            if written < most and digest.suits(part) and path not in there:
                question = digest.question(part).format(rows=scan([part.path]))
                with history.alone(), history.cursor() as cursor:
                    try:
                        history.copy(
                            digest.table, path, f"SELECT * FROM ({question}) ORDER BY {digest.order}", [part], cursor
                        )
                    except BrokenFileError:
                        continue  # set aside
                written += 1
    return written


def look_through_digests(history: Writing, digests: Sequence[Digest]) -> None:
    """Find those that cannot be read, and remove the kinds that are computed no more."""
    for name in {digest.table.name for digest in digests}:
        kinds = {digest.name for digest in digests if digest.table.name == name}
        for path in digests_in(history.folder / name):
            with history.alone():
                if path.name.removesuffix(DIGEST).partition(".")[2] not in kinds:
                    path.unlink(missing_ok=True)
                elif path.exists():
                    history.look_through([path])
