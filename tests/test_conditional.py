"""Conditional requests: what has not changed is not sent again, and a collector need not know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web

from collectors.answer import Answer
from collectors.conditional import LONGEST, Held, Remembered
from collectors.fetch import Http
from tests.sources import serving

OLD = "Mon, 23 Nov 2026 10:00:00 GMT"
BODY = b'{"n": 1}'


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http() as one:
        yield one


class Origin:
    """A server of one resource that honours conditions, and what it was asked."""

    def __init__(self, **validators: str) -> None:
        self.validators = {name.replace("_", "-"): value for name, value in validators.items()}
        self.body = BODY
        self.asked: list[tuple[str | None, str | None]] = []
        self.date: str | None = None

    async def __call__(self, request: web.Request) -> web.Response:
        tag, since = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
        self.asked.append((tag, since))
        headers = {**self.validators, **({"Date": self.date} if self.date else {})}
        if tag is not None and tag == headers.get("ETag"):
            return web.Response(status=304, headers=headers)
        if tag is None and since is not None and since == headers.get("Last-Modified"):
            return web.Response(status=304, headers=headers)
        return web.Response(body=self.body, headers={**headers, "Content-Type": "application/json"})


async def test_what_has_not_changed_is_read_from_memory_and_confirmed_now(http: Http) -> None:
    for origin in (Origin(ETag='"a"'), Origin(Last_Modified=OLD), Origin(ETag='"a"', Last_Modified=OLD)):
        async with serving(origin) as base:
            first = await http.get(base)
            second = await http.get(base)
            assert (first.reused, second.reused) == (False, True)
            assert (second.status, second.json(), second.headers["Content-Type"]) == (200, {"n": 1}, "application/json")
            assert second.received > first.received
            origin.validators = {"ETag": '"b"', "Last-Modified": "Mon, 23 Nov 2026 11:00:00 GMT"}
            origin.body = b'{"n": 2}'
            third = await http.get(base)
            assert (third.reused, third.json()) == (False, {"n": 2})


async def test_the_date_of_a_confirmation_is_the_origins_word_and_without_one_nothing_gets_younger(http: Http) -> None:
    origin = Origin(ETag='"a"')
    async with serving(origin) as base:
        origin.date = OLD
        assert (await http.get(base)).date == datetime(2026, 11, 23, 10, tzinfo=UTC)
        origin.date = "Mon, 23 Nov 2026 10:05:00 GMT"
        assert (await http.get(base)).date == datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
    held = Held(Answer("h", "u", 200, {}, BODY, datetime.now(UTC), 1, datetime(2026, 11, 23, tzinfo=UTC), None), {})
    said = Answer("h", "u", 304, {}, b"", datetime.now(UTC), 1, None, None)
    assert held.confirmed_by(said).date == datetime(2026, 11, 23, tzinfo=UTC)


async def test_a_question_with_other_parameters_or_another_key_is_another(http: Http) -> None:
    origin = Origin(ETag='"a"')
    async with serving(origin) as base:
        await http.get(base, params={"page": "1"}, headers={"Authorization": "one"})
        await http.get(base, params={"page": "2"}, headers={"Authorization": "one"})
        await http.get(base, params={"page": "1"}, headers={"Authorization": "two"})
        assert origin.asked == [(None, None)] * 3
        await http.get(base, params={"page": "1"}, headers={"Authorization": "one"})
        assert origin.asked[-1] == ('"a"', None)


async def test_a_check_asks_for_the_whole_answer_every_time(http: Http) -> None:
    origin = Origin(ETag='"a"')
    async with serving(origin) as base:
        for _ in range(3):
            assert not (await http.get(base, data=False)).reused
    assert origin.asked == [(None, None)] * 3


async def test_an_error_is_never_held_and_ends_what_was(http: Http) -> None:
    statuses = iter([200, 500, 200])

    async def handler(request: web.Request) -> web.Response:
        assert "If-None-Match" not in request.headers or status[0] == 200
        status[:] = [next(statuses)]
        return web.Response(body=BODY, status=status[0], headers={"ETag": '"a"'})

    status = [0]
    async with serving(handler) as base:
        assert [(await http.get(base)).status for _ in range(3)] == [200, 500, 200]


async def test_a_last_modified_of_this_very_second_is_no_validator(http: Http) -> None:
    now = format_datetime(datetime.now(UTC), usegmt=True)
    origin = Origin(Last_Modified=now)
    origin.date = now
    async with serving(origin) as base:
        await http.get(base)
        await http.get(base)
    assert origin.asked == [(None, None)] * 2


async def test_an_unasked_for_304_is_what_it_is(http: Http) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=304)

    async with serving(handler) as base:
        answer = await http.get(base)
    assert (answer.status, answer.reused) == (304, False)


async def test_each_source_is_told_its_own_answers_over_one_session() -> None:
    async with Http() as http, serving(Origin(ETag='"a"')) as base:
        heard: dict[str, list[Answer]] = {"one": [], "two": []}
        mine = {name: http.heard_by(answers.append) for name, answers in heard.items()}
        await asyncio.gather(mine["one"].get(base), mine["two"].get(f"{base}/other"))
        await mine["one"].get(base)
        await mine["one"].get(base, data=False)
        await mine["two"].post(f"{base}/other", json={})
    told = {name: [answer.reused for answer in answers] for name, answers in heard.items()}
    assert told == {"one": [False, True], "two": [False, False]}


def answer(size: int, at: datetime, tag: str = '"a"') -> Answer:
    return Answer("h", "u", 200, {"ETag": tag}, b"x" * size, at, 1, at, None)


def test_what_is_remembered_is_bounded_and_the_least_asked_for_goes_first() -> None:
    now = datetime.now(UTC)
    remembered = Remembered(most_bytes=100_000)
    for number in range(100):
        remembered.keep(("usual",), answer(1000, now))
        remembered.keep((number,), answer(9000, now))
    assert remembered.bytes <= 100_000
    assert remembered.find(("usual",), now) and remembered.find((99,), now)
    assert remembered.find((0,), now) is None
    remembered.keep(("huge",), answer(200_000, now))
    assert remembered.find(("huge",), now) is None
    for number in range(100):
        remembered.keep((number,), answer(0, now, tag=""))
    remembered.keep(("usual",), answer(0, now, tag=""))
    assert remembered.bytes == 0


def test_the_whole_answer_is_asked_for_once_an_hour_whatever_its_validator_says() -> None:
    now = datetime.now(UTC)
    remembered = Remembered()
    remembered.keep(("a",), answer(1, now))
    assert remembered.find(("a",), now + LONGEST - timedelta(seconds=1))
    assert remembered.find(("a",), now + LONGEST) is None
