"""How far something long is: a bar where somebody watches, a line now and then where a file does."""

from __future__ import annotations

import shutil
import time
from typing import TextIO

WIDTH = 28
EVERY_SECONDS = 0.2
LINE_SECONDS = 5.0


class Progress:
    """`what` is done by `rows` at a time; `share` is how much of all is done, from 0 to 1."""

    def __init__(self, out: TextIO, what: str) -> None:
        self.out = out
        self.what = what
        self.bar = out.isatty()
        self.began = time.monotonic()
        self.first: tuple[float, int] | None = None
        self.told = 0.0

    def __call__(self, share: float, rows: int) -> None:
        now = time.monotonic()
        if self.first is None:
            # what was done before this process was begun took no time of its own
            self.first = share, rows
        if share < 1 and now - self.told < (EVERY_SECONDS if self.bar else LINE_SECONDS):
            return
        self.told = now
        text = self.text(share, rows, now - self.began)
        if self.bar:
            columns = shutil.get_terminal_size().columns
            self.out.write(f"\r{text[: columns - 1]}\x1b[K")
        else:
            self.out.write(f"{text}\n")
        self.out.flush()

    def text(self, share: float, rows: int, seconds: float) -> str:
        first_share, first_rows = self.first or (0.0, 0)
        rate = (rows - first_rows) / seconds if seconds else 0.0
        done = share - first_share
        left = seconds * (1 - share) / done if done > 0 else None
        filled = round(WIDTH * share)
        bar = f" [{'#' * filled}{'.' * (WIDTH - filled)}]" if self.bar else ""
        ends = "" if share >= 1 else f"  {lasting(left)} left" if left is not None else ""
        return f"{self.what}{bar} {share:4.0%}  {rows:,} rows  {rate:,.0f}/s{ends}"

    def end(self) -> None:
        if self.bar:
            self.out.write("\n")
            self.out.flush()


def lasting(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
