"""Answers changed at random, thousands of them: the same every time, so that what is found can be looked at."""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors import COLLECTORS
from collectors.records import Batch
from collectors.rejects import rejected
from tests.fuzz import forms, headers, once, round_of
from tests.hostile import Saying
from tests.mutations import ODD, hostile
from tests.seeds import SECRETS, SEEDS


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in SECRETS:
        monkeypatch.setenv(variable, "pretend")


@pytest.mark.patient
@pytest.mark.parametrize("name", SEEDS)
@settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(random=st.randoms(use_true_random=False))
def test_no_change_of_a_valid_answer_does_harm(name: str, random: Random) -> None:
    http = Saying()
    _, http.body = hostile(SEEDS[name], SEEDS[name].document, random)
    http.headers = headers(random, SEEDS[name].content_type)
    faults, _ = asyncio.run(once(SEEDS[name], http))
    assert faults == []


@pytest.mark.patient
@pytest.mark.parametrize("protocol", COLLECTORS)
def test_no_answer_that_reaches_further_does_harm(protocol: str) -> None:
    for _, seed in forms(protocol):
        found = round_of(seed, seconds=2.0, random=Random(36), most=150)
        assert found.failures == {}
        assert found.lines


async def test_the_answers_to_begin_with_pass_the_same_questions() -> None:
    for name, seed in SEEDS.items():
        http = Saying()
        http.body = seed.body
        faults, came = await once(seed, http)
        assert faults == [], name
        assert isinstance(came, Batch) or seed.protocol == "manual", name


@pytest.mark.parametrize("odd", ODD)
def test_the_sample_of_a_rejected_row_steers_no_screen(odd: object) -> None:
    sample = rejected("x", {"a": odd, str(odd): 1, "b": "\u202e\x07c"}).sample
    assert (sample.isprintable() and "b=c" in sample) or len(sample) > 80
