"""Who may follow a tour: whoever has its code. Guessing one is slow, and soon refused.

Four digits are few; but they are asked of somebody who stands in the hall, and hold for as long as a tour. Whoever
came by the QR code (its key) or has joined before (a cookie that follows from the key) waits for nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Callable, Mapping
from secrets import compare_digest

from starlette.requests import HTTPConnection
from starlette.responses import Response

from collectors.tours import Tour

COOKIE = "tour"
WINDOW = 60.0
MOST_WRONG = 10
"""Wrong codes of one address in a minute."""
FIRST_WAIT, LONGEST_WAIT = 0.25, 4.0
MOST_ADDRESSES = 5000
MOST_PROOFS = 200


class TooManyError(Exception):
    """`wait` is in how many seconds another code may be tried."""

    def __init__(self, wait: float) -> None:
        super().__init__(f"too many wrong codes; try again in {wait:.0f} s")
        self.wait = wait


class Codes:
    """Wrong codes by the address they came from; `now` is a clock in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.wrong: dict[str, deque[float]] = {}
        self.proofs: dict[str, str] = {}

    async def tour(self, tours: Mapping[str, Tour], code: str, request: HTTPConnection) -> Tour | None:
        """The tour of a code; None, later each time, where there is none. Raises TooManyError."""
        tour = tours.get(code)
        if (tour is not None and has_key(request, tour)) or self.had_joined(request, code):
            return tour
        address = request.client.host if request.client else ""
        self.refuse_many(address)
        if tour is None:
            await asyncio.sleep(self.note(address))
        return tour

    def let_in(self, response: Response, tour: Tour) -> None:
        """Remember on the phone that it has joined, until the browser is closed."""
        self.proofs.pop(tour.code, None)
        self.proofs[tour.code] = proof(tour)
        while len(self.proofs) > MOST_PROOFS:
            del self.proofs[next(iter(self.proofs))]
        response.set_cookie(COOKIE, proof(tour), path="/", httponly=True, samesite="lax")

    def had_joined(self, request: HTTPConnection, code: str) -> bool:
        """Whether it was in the last tour of this code: one that comes back after its end has guessed nothing."""
        last = self.proofs.get(code)
        return last is not None and compare_digest(request.cookies.get(COOKIE, "").encode(), last.encode())

    def refuse_many(self, address: str) -> None:
        tries = self.recent(address)
        if len(tries) >= MOST_WRONG:
            raise TooManyError(max(1.0, tries[0] + WINDOW - self.now()))

    def recent(self, address: str) -> deque[float]:
        tries = self.wrong.get(address, deque())
        while tries and tries[0] <= self.now() - WINDOW:
            tries.popleft()
        return tries

    def note(self, address: str) -> float:
        """Remember a wrong code; for how many seconds its answer has to wait."""
        tries = self.recent(address)
        self.wrong.pop(address, None)
        self.wrong[address] = tries  # the last of them, so that the first is who has been quiet longest
        tries.append(self.now())
        while len(self.wrong) > MOST_ADDRESSES:
            del self.wrong[next(iter(self.wrong))]
        return float(min(FIRST_WAIT * 2 ** (len(tries) - 1), LONGEST_WAIT))


def proof(tour: Tour) -> str:
    """What a phone that has joined shows from then on; the key cannot be read from it."""
    return f"{tour.code}.{hashlib.sha256(tour.key.encode()).hexdigest()[:32]}"


def has_key(request: HTTPConnection, tour: Tour) -> bool:
    key, cookie = request.query_params.get("k", ""), request.cookies.get(COOKIE, "")
    return compare_digest(key.encode(), tour.key.encode()) or compare_digest(cookie.encode(), proof(tour).encode())
