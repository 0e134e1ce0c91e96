"""Whatever a field holds, a collector returns a batch or raises CollectError, and keeps what it can read."""

from __future__ import annotations

import json
import random

import pytest
from aiohttp import web

from collectors.fetch import Http
from collectors.records import Batch
from tests.hostile import collector, outcome
from tests.mutations import ODD, changed, places
from tests.seeds import ASKED, SECRETS, SEEDS
from tests.sources import serving

JSON = [name for name in ASKED if not isinstance(SEEDS[name].document, str)]


@pytest.mark.parametrize("name", JSON)
async def test_no_value_anywhere_breaks_a_collector(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in SECRETS:
        monkeypatch.setenv(variable, "pretend")
    seed = SEEDS[name]
    cases = [(path, odd) for path in places(seed.document) for odd in ODD]
    random.Random(36).shuffle(cases)
    body = ""

    async def handler(request: web.Request) -> web.StreamResponse:
        return web.Response(text=body, content_type="application/json")

    outcomes: set[type] = set()
    async with serving(handler) as base, Http() as http:
        one = collector(seed, base)
        for path, odd in cases[:200]:
            body = json.dumps(changed(seed.document, path, odd))
            outcomes.add(type(await outcome(one, http)))
    assert Batch in outcomes
