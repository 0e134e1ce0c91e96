"""Every protocol against every hostile answer, over HTTP: a batch or a sentence, never anything else."""

from __future__ import annotations

import json
import random
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from collectors import COLLECTORS
from collectors.fetch import Http
from collectors.records import AppHealth, Batch, CollectError
from collectors.source import Rereads
from tests.hostile import collector, outcome, pulse, questionable
from tests.mutations import changed, places
from tests.seeds import ASKED, SECRETS, SEEDS, Seed
from tests.sources import JSON, serving

DEEP = 100_000
PATIENCE = 2.0
"""Seconds of work for which nobody may hold up all the others."""
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGHING = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l9;</a>'
SWELLING = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "{"x" * 100_000}">]><a>{"&x;" * 10_000}</a>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "{}">]><a>&x;</a>'

BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", JSON),
    "blanks": (b" \r\n\t" * 1000, JSON),
    "null": (b"null", JSON),
    "a number": (b"42", JSON),
    "a text": (b'"maaf"', JSON),
    "true": (b"true", JSON),
    "an empty list": (b"[]", JSON),
    "an empty object": (b"{}", JSON),
    "a list of nothing": (b"[null,null,[],{},0,false]", JSON),
    "html": (b"<!DOCTYPE html><html><body>Sesi habis</body></html>", "text/html; charset=utf-8"),
    "html as json": (b"<!DOCTYPE html><html><body>Sesi habis</body></html>", JSON),
    "zeros": (bytes(100_000), JSON),
    "noise": (random.Random(36).randbytes(100_000), "application/octet-stream"),
    "only a mark": (b"\xff\xfe", JSON),
    "half a character": (b"\xff\xfe[\x00{", JSON),
    "deep lists": (b"[" * DEEP, JSON),
    "deep lists, closed": (b"[" * DEEP + b"]" * DEEP, JSON),
    "deep objects": (b'{"a":' * DEEP, JSON),
    "deep objects, closed": (b'{"a":' * DEEP + b"1" + b"}" * DEEP, JSON),
    "deep and not a number": (b'{"a":' * DEEP + b"NaN" + b"}" * DEEP, JSON),
    "deep xml": (b"<a>" * DEEP, "text/xml"),
    "deep xml, closed": (b"<a>" * DEEP + b"</a>" * DEEP, "text/xml"),
    "a number of many digits": (b"[" + b"9" * 100_000 + b"]", JSON),
    "a million laughs": (LAUGHING.encode(), "text/xml"),
    "one large laugh": (SWELLING.encode(), "text/xml"),
    "an entity from a file": (OUTSIDE.format("file:///etc/passwd").encode(), "text/xml"),
    "an encoding that is none": (b'<?xml version="1.0" encoding="rot13"?><a/>', "text/xml"),
    "a tag without end": (b"<a " + b"x" * 2_000_000, "text/xml"),
    "an attribute without end": (b'<a b="' + b"x" * 2_000_000, "text/xml"),
    "a comment without end": (b"<!--" + b"x" * 2_000_000, "text/xml"),
    "a line without end": (b"x" * 3_000_000, "text/csv"),
    "a quote without end": (b'a,b\n"' + b"x" * 3_000_000, "text/csv"),
    "many columns": (b"," * 300_000 + b"\n" + b"," * 300_000, "text/csv"),
    "many names": (b"probe_success" + b"{" * 100_000, "text/plain"),
}


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in SECRETS:
        monkeypatch.setenv(variable, "pretend")


class Talk:
    """A server that says the same to every question, and the collectors that ask it."""

    def __init__(self, http: Http) -> None:
        self.http, self.base = http, ""
        self.body = b""
        self.headers: dict[str, str] = {}

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        await request.read()
        return web.Response(body=self.body, headers=self.headers)

    async def came(self, seed: Seed, body: bytes, content_type: str | None = None) -> Batch | CollectError:
        """What comes of an answer with this body."""
        self.body, self.headers = body, {**self.headers, "Content-Type": content_type or seed.content_type}
        found = await outcome(collector(seed, self.base), self.http)
        assert list(questionable(found, seed)) == []
        return found


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    async with Http() as http:
        found = Talk(http)
        async with serving(found) as found.base, pulse() as beats:
            yield found
        assert beats.longest < PATIENCE


def written(name: str) -> Any:
    """The seed's document, where it is JSON."""
    document = SEEDS[name].document
    if isinstance(document, str):
        pytest.skip("not JSON")
    return document


def everywhere(document: Any, change: Callable[[Any], Any]) -> Any:
    """The document with every value that holds no others changed."""
    for path in list(places(document)):
        value = document
        for key in path:
            value = value[key]
        if not isinstance(value, dict | list):
            document = changed(document, path, change(value))
    return document


def records(found: Batch | CollectError) -> int:
    assert isinstance(found, Batch), str(found)
    return len(found.records)


def test_every_protocol_has_an_answer_to_begin_with() -> None:
    lacking = set(COLLECTORS) - {seed.protocol for seed in SEEDS.values()}
    assert not lacking, f"tests/seeds.py has no valid answer of {', '.join(sorted(lacking))}"


@pytest.mark.parametrize("name", ASKED)
async def test_the_answer_to_begin_with_is_read(talk: Talk, name: str) -> None:
    assert records(await talk.came(SEEDS[name], SEEDS[name].body)) > 0


@pytest.mark.parametrize("name", ASKED)
async def test_a_row_that_may_not_come_again_can_be_read_again(talk: Talk, name: str) -> None:
    found = await talk.came(SEEDS[name], SEEDS[name].body)
    assert isinstance(found, Batch)
    whole = found.complete or issubclass(COLLECTORS[SEEDS[name].protocol], Rereads)
    assert whole, "an answer that is not complete needs a collector with `read` (collectors/source.py, Rereads)"


@pytest.mark.parametrize("name", ASKED)
async def test_what_is_no_answer_is_a_sentence_and_no_record(talk: Talk, name: str) -> None:
    for what, (body, content_type) in BODIES.items():
        found = await talk.came(SEEDS[name], body, content_type)
        if isinstance(found, CollectError):
            assert len(str(found)) < 300, what
            continue
        # what does not answer is down, and a hospital of the settings of which nothing is said is there
        assert all(isinstance(each, AppHealth) or "unreported" in str(each) for each in found.records), what


@pytest.mark.parametrize("name", ASKED)
async def test_an_answer_cut_off_anywhere_is_a_sentence_or_what_is_left(talk: Talk, name: str) -> None:
    body = SEEDS[name].body
    for end in range(1, len(body), max(1, len(body) // 20)):
        await talk.came(SEEDS[name], body[:end])


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
async def test_marks_of_encodings_change_nothing(talk: Talk, name: str, encoding: str) -> None:
    seed = SEEDS[name]
    body = seed.body.decode().replace("UTF-8", encoding.removesuffix("-sig")).encode(encoding)
    assert records(await talk.came(seed, body)) == records(await talk.came(seed, seed.body))


@pytest.mark.parametrize("name", ASKED)
async def test_a_wrong_content_type_changes_nothing(talk: Talk, name: str) -> None:
    for content_type in ("image/png", "text/plain; charset=nonsense", "application/json;" + "x" * 1000):
        assert records(await talk.came(SEEDS[name], SEEDS[name].body, content_type)) > 0


@pytest.mark.parametrize("name", ASKED)
async def test_odd_headers_are_not_taken_at_their_word(talk: Talk, name: str) -> None:
    odd = "\u202e\x9b\udcff".encode("utf-8", "surrogateescape").decode("latin-1") * 20
    talk.headers = dict.fromkeys(("Date", "Age", "ETag", "Last-Modified", "Retry-After", "Live-Room-Demo"), odd)
    # the second run asks by whatever validator the first was given
    for _ in range(2):
        assert records(await talk.came(SEEDS[name], SEEDS[name].body)) > 0


@pytest.mark.parametrize("name", ASKED)
async def test_half_characters_and_what_is_no_number_cost_no_record(talk: Talk, name: str) -> None:
    whole = everywhere(written(name), lambda value: value)
    expected = records(await talk.came(SEEDS[name], json.dumps(whole).encode()))
    more = {"NaN": float("nan"), "inf": {"a": -float("inf")}, "half": "dipotong \ud83d"}
    for path in list(places(whole)):
        value = whole
        for key in path:
            value = value[key]
        if isinstance(value, dict) and not {"checks", "components"} & {*path, *value}:
            value.update(more)
    body = json.dumps(whole).replace('"inf": {', '"inf": {"b": 1e999, ').encode()
    assert records(await talk.came(SEEDS[name], body)) == expected


@pytest.mark.parametrize("name", ASKED)
async def test_no_text_of_a_source_steers_the_screen(talk: Talk, name: str) -> None:
    def steered(value: Any) -> Any:
        named = isinstance(value, str) and re.search("[A-Za-z]{3}", value)
        if not named or re.search("[:/]|^[A-Z_]+$|^Bundle$|^Location$|Report$", value):
            return value
        return f"\u202e\u2067\x1b\x9b\u0000{value}\u2066\u200f\r\n"

    seed = SEEDS[name]
    if isinstance(seed.document, str):
        body = re.sub(r">([A-Z][a-z]+)<", ">\u202e\u2067\x85\u200f\\1\u2066\u2028<", seed.document).encode()
    else:
        body = json.dumps(everywhere(seed.document, steered)).encode()
    assert records(await talk.came(seed, body)) > 0


@pytest.mark.parametrize("name", ASKED)
async def test_values_of_the_wrong_kind_everywhere(talk: Talk, name: str) -> None:
    document = written(name)
    kinds: list[Callable[[Any], Any]] = [
        lambda value: {"value": value},
        lambda value: [value],
        lambda value: [[value, value], {}],
        str,
        lambda value: None,
        lambda value: True,
        lambda value: -1,
    ]
    for kind in kinds:
        await talk.came(SEEDS[name], json.dumps(everywhere(document, kind)).encode())
    deep = json.dumps(everywhere(document, lambda _: "@")).replace('"@"', "[" * 900 + "1" + "]" * 900)
    await talk.came(SEEDS[name], deep.encode())
    for path in list(places(document)):
        await talk.came(SEEDS[name], json.dumps(changed(document, path, "not a list")).encode())


@pytest.mark.parametrize("name", ASKED)
async def test_of_a_key_told_twice_the_last_counts(talk: Talk, name: str) -> None:
    def twice(value: Any) -> str:
        if isinstance(value, dict):
            pairs = ((json.dumps(key), twice(each)) for key, each in value.items())
            return "{" + ",".join(f"{key}:[{{}}],{key}:{each}" for key, each in pairs) + "}"
        return "[" + ",".join(map(twice, value)) + "]" if isinstance(value, list) else json.dumps(value)

    expected = records(await talk.came(SEEDS[name], SEEDS[name].body))
    assert records(await talk.came(SEEDS[name], twice(written(name)).encode())) == expected


async def test_no_entity_is_fetched(talk: Talk) -> None:
    asked: list[str] = []

    async def inner(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        return web.Response(text="secret")

    async with serving(inner) as address:
        for name in ("datex2", "open311 xml"):
            assert "refused" in str(await talk.came(SEEDS[name], OUTSIDE.format(f"{address}/inner").encode()))
    assert asked == []
