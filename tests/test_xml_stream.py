"""XML of any size: read in bounded memory, others have their turn, and nothing hostile gets far."""

from __future__ import annotations

import asyncio
import gzip
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.datex2 import Datex2Settings
from collectors.failures import SourceError
from collectors.records import CollectError
from collectors.xml_stream import MEGABYTE, XmlStream
from tests.datex2_documents import comment, line, publication, record, situation
from tests.sources import Handler, answering, collected

HEAD, TAIL = publication(situation(0)).encode().split(b"</d2:payload>")[0], b"</d2:payload>"
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    + "]><a>&l9;</a>"
)


def pouring(pieces: Callable[[], Iterator[bytes]]) -> Handler:
    """A server that sends pieces as they are made."""

    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/xml"})
        await response.prepare(request)
        try:
            for piece in pieces():
                await response.write(piece)
        except ConnectionError:
            return response
        await response.write_eof()
        return response

    return handler


def packed(pieces: Iterator[bytes]) -> bytes:
    return gzip.compress(b"".join(pieces), 1)


def named(encoding: str | None) -> dict[str, Any]:
    """The header that names an encoding, where one is named."""
    return {"Content_Encoding": encoding} if encoding else {}


async def failure(handler: Handler, given: Datex2Settings | None = None) -> str:
    with pytest.raises(CollectError) as caught:
        await collected("datex2", handler, given)
    return str(caught.value)


async def test_memory_does_not_grow_with_the_answer() -> None:
    """What lies elsewhere is not kept, so that all that could grow is what is read."""
    told = comment(id="kata " * 8_000)
    elsewhere = situation(7, record("Accident", told, where=line("48.1 11.5"))).encode()

    def pieces() -> Iterator[bytes]:
        yield HEAD
        yield from (elsewhere for _ in range(16 * MEGABYTE // len(elsewhere)))
        yield TAIL

    tracemalloc.start()
    try:
        batch = await collected("datex2", pouring(pieces), Datex2Settings(city_only=True))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [each.id for each in batch.records] == ["s0"]
    assert most < 4 * MEGABYTE


@pytest.mark.parametrize("encoding", ["gzip", None])
async def test_what_is_larger_than_any_other_answer_may_be_is_read(encoding: str | None) -> None:
    space = b" " * MEGABYTE
    body = packed(iter([HEAD, *([space] * 40), situation(1).encode(), TAIL]))
    batch = await collected("datex2", answering(body, "application/xml", **named(encoding)))
    assert len(batch.records) == 2


@pytest.mark.parametrize("encoding", ["gzip", None])
async def test_the_limit_holds_for_the_unpacked_answer(encoding: str | None) -> None:
    body = packed(iter([HEAD, b" " * (8 * MEGABYTE), TAIL]))
    said = await failure(answering(body, "application/xml", **named(encoding)), Datex2Settings(largest_mb=4))
    assert said.endswith("answer larger than 4 MB")


async def test_others_have_their_turn_while_a_large_answer_is_read() -> None:
    turns, reading = 0, True

    async def other() -> None:
        nonlocal turns
        while reading:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    body = packed(iter([HEAD, b" " * (16 * MEGABYTE), TAIL]))
    await collected("datex2", answering(body, "application/gzip"))
    reading = False
    await task
    assert turns >= 16 * MEGABYTE // 65536


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (LAUGHS, "document types, entities"),
        ('<!DOCTYPE a SYSTEM "http://127.0.0.1/a.dtd"><a/>', "document types, entities"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "document types, entities"),
        ("<a>&nbsp;</a>", "broken or cut off"),
        ("<a>" * 101, "nested deeper than 100"),
        (f"<situation>{'x' * 5 * MEGABYTE}</situation>", "one element of more than 4 MB"),
        (f"<situation>{'<a/>' * 70_000}</situation>", "one element of more than 4 MB"),
        (f'<a b="{"x" * 2 * MEGABYTE}"/>', "a tag or a comment of more than 1 MB"),
        (f"<a><!--{'x' * 2 * MEGABYTE}--></a>", "a tag or a comment of more than 1 MB"),
    ],
    ids=["laughs", "outside", "file", "entity", "nested", "text", "children", "tag", "comment"],
)
async def test_nothing_hostile_gets_far(body: str, said: str) -> None:
    assert said in await failure(answering(body, "application/xml"))


async def test_a_flood_of_situations_is_given_up() -> None:
    """A million rows where a nation has some thousands."""
    block = "".join(f'<situation id="{{n}}{i}"/>' for i in range(1000))

    def pieces() -> Iterator[bytes]:
        yield HEAD
        yield from (block.replace("{n}", str(n)).encode() for n in range(1000))
        yield TAIL

    assert "answered more than 100,000 situations" in await failure(pouring(pieces))


def parts_of(body: bytes, sizes: list[int]) -> list[str | None]:
    """The ids of the situations in a document fed in pieces of these sizes, again and again."""
    stream = XmlStream("host", frozenset({"situation"}), frozenset(), 64 * MEGABYTE)
    found: list[str | None] = []
    at = turn = 0
    while at < len(body):
        size = sizes[turn % len(sizes)]
        found += [part.get("id") for parts in stream.feed(body[at : at + size]) for part in parts]
        at, turn = at + size, turn + 1
    stream.close()
    return found


WHOLE = publication(*(situation(number) for number in range(5))).encode()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=5), st.booleans())
def test_it_does_not_matter_where_the_pieces_end(sizes: list[int], zipped: bool) -> None:
    body = gzip.compress(WHOLE) if zipped else WHOLE
    assert parts_of(body, sizes) == ["s0", "s1", "s2", "s3", "s4"]


def test_line_breaks_before_everything_else_do_no_harm() -> None:
    for before in (b"\n", b"\r\n \t", b"\n" * 200):
        for size in (1, 2, 3, 7000):
            assert len(parts_of(before + WHOLE, [size])) == 5


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(WHOLE)), st.binary(max_size=12), st.integers(0, 30), st.booleans())
def test_whatever_is_changed_it_is_read_or_refused(at: int, noise: bytes, over: int, zipped: bool) -> None:
    body = gzip.compress(WHOLE, mtime=0) if zipped else WHOLE
    at %= len(body)
    try:
        parts_of(body[:at] + noise + body[at + over :], [97])
    except SourceError as refusal:
        assert str(refusal).count("\n") == 0
