"""Requests a server has and does not list: the gaps in its sequences of ids, each asked for by itself.

Some servers leave requests out of their lists (Mark-a-Spot of Cologne: one in five) and answer them by id.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from itertools import islice, pairwise

from collectors.open311_pages import Pages
from collectors.records import CollectError
from collectors.rejects import rejected

_WIDEST = 20
_PER_RUN = 20
_MOST = 2000
_REMEMBERED = 20_000
_NONE = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_NUMBER = re.compile(r"\d{1,9}")


def gaps(ids: Iterable[str]) -> Iterator[str]:
    """The ids missing between neighbours of a sequence, the last first: "7", "9" and "9-2026", "11-2026" have one each.

    A wider step than twenty is no gap but another range of numbers.
    """
    sequences: dict[tuple[str, str, int], set[int]] = defaultdict(set)
    for each in ids:
        found = list(_NUMBER.finditer(each))
        # the running number is the first or the last: LK-00012, 12504-2026, 2026-12504
        for match in {match.span(): match for match in (*found[:1], *found[-1:])}.values():
            width = len(match[0]) if match[0].startswith("0") and len(match[0]) > 1 else 0
            sequences[(each[: match.start()], each[match.end() :], width)].add(int(match[0]))
    for (before, after, width), numbers in reversed(sequences.items()):
        for high, low in pairwise(sorted(numbers, reverse=True)):
            if high - low <= _WIDEST:
                yield from (f"{before}{number:0{width}}{after}" for number in range(high - 1, low, -1))


class Gaps:
    """The gaps of one server. Which were asked for is remembered as long as the process runs."""

    def __init__(self) -> None:
        self._asked: dict[str, None] = {}

    async def fill(self, pages: Pages, waiting: Sequence[str], listed: Iterable[str]) -> tuple[str, ...]:
        """Asks for some of the gaps `waiting` and of those in the ids `listed`; returns those still to be asked for.

        An id that is not there, or not public, is no failure. Another failure ends this run's asking and is counted;
        its id is asked for again when the others were.
        """
        for each in [*self._asked][:-_REMEMBERED]:
            del self._asked[each]
        known = {*self._asked, *waiting, *pages.complaints}
        new = [*islice((each for each in gaps(listed) if each not in known), _MOST)]
        left = [*(each for each in waiting if each not in pages.complaints), *reversed(new)][-_MOST:]
        for _ in range(min(_PER_RUN, len(left))):
            each = left.pop()
            try:
                await pages.one(each)
            except CollectError as problem:
                if problem.status == HTTPStatus.TOO_MANY_REQUESTS or problem.retry_after is not None:
                    return (*left, each)
                if problem.status not in _NONE:
                    reason = f"request not read by its id: {problem}"
                    pages.refused.append(rejected(reason, {"service_request_id": each}))
                    return (each, *left)
            self._asked[each] = None
        return tuple(left)
