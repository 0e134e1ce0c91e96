"""A source's health: failure is state, said once when it starts and once when it ends, with patience in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from collectors import COLLECTORS
from collectors.health import PATIENT_TRIES, SourceHealth, iso
from collectors.records import CollectError
from tests.records import NOON, ago, batch, complaint, health, source

SECOND = timedelta(seconds=1)


def failing(one: SourceHealth, times: int, retry_after: float | None = None) -> SourceHealth:
    for _ in range(times):
        one.failed(CollectError("no answer", retry_after), NOON)
    return one


def wait_of(one: SourceHealth) -> float:
    assert one.next_try is not None
    return (one.next_try - NOON).total_seconds()


def test_failure_begins_once_and_recovery_comes_once() -> None:
    one = SourceHealth(source())
    assert [one.failed(CollectError("no answer"), NOON) for _ in range(3)] == [True, False, False]
    assert [one.succeeded(batch(), True, NOON) for _ in range(2)] == [True, False]
    assert one.failed(CollectError("again"), NOON)


def test_the_first_success_is_no_recovery() -> None:
    assert not SourceHealth(source()).succeeded(batch(), True, NOON)


def test_failing_since_is_the_first_failure_and_the_last_good_data_stay() -> None:
    one = health(source(), ago(minutes=5))
    one.failed(CollectError("no answer"), ago(minutes=3))
    one.failed(CollectError("something else\nand its details"), NOON)
    assert (one.failing_since, one.error) == (ago(minutes=3), "something else")
    assert (one.as_of, one.received) == (ago(minutes=5), ago(minutes=5))
    one.succeeded(batch(), False, NOON)
    assert (one.failing_since, one.error, one.failures) == (None, None, 0)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("one\ntwo", "one"),
        ("\n\nthree", "three"),
        ("", "CollectError"),
        ("  \n ", "CollectError"),
        ("x" * 999, "x" * 300),
    ],
)
def test_of_an_error_its_first_words_are_kept_short(said: str, kept: str) -> None:
    one = SourceHealth(source())
    one.failed(CollectError(said), NOON)
    assert one.error == kept


def test_a_short_fault_is_over_at_the_usual_pace_and_a_long_one_is_asked_about_less() -> None:
    usual = SourceHealth(source(every=10))
    assert wait_of(failing(usual, 1)) == 10
    assert wait_of(failing(usual, PATIENT_TRIES - 2)) == 10
    assert 10 < wait_of(failing(usual, 1)) <= 300
    usual.succeeded(batch(), True, NOON)
    assert wait_of(usual) == 10


@pytest.mark.parametrize("every", [1.0, 10.0, 60.0, 200.0, 900.0, 86400.0])
def test_patience_never_asks_more_often_than_usual_nor_waits_beyond_five_minutes(every: float) -> None:
    waiting = wait_of(failing(SourceHealth(source(every=every, cadence=every)), 500))
    assert every <= waiting <= max(every, 300)


@pytest.mark.parametrize(
    ("retry_after", "waits"), [(None, 10), (2.0, 10), (45.0, 45), (1e9, 3600), (-5.0, 10), (0.0, 10)]
)
def test_retry_after_is_honoured_within_reason(retry_after: float | None, waits: float) -> None:
    assert wait_of(failing(SourceHealth(source(every=10)), 1, retry_after)) == waits


def test_data_from_the_future_are_as_of_now() -> None:
    one = SourceHealth(source())
    one.succeeded(batch(as_of=NOON + 5 * SECOND), True, NOON)
    assert one.as_of == NOON


def test_changed_is_when_records_changed_not_when_they_were_asked_for() -> None:
    one = SourceHealth(source())
    one.succeeded(batch(), False, ago(seconds=20))
    one.succeeded(batch(), False, ago(seconds=10))
    assert one.changed == ago(seconds=20)
    one.succeeded(batch(), True, NOON)
    assert one.changed == NOON


def test_health_survives_a_round_trip_through_the_store() -> None:
    one = health(source(), ago(minutes=5))
    one.cursor = "page 3"
    one.failed(CollectError("no answer"), NOON)
    other = SourceHealth(source())
    other.restore(one.fields())
    for name in ("as_of", "received", "changed", "failing_since", "error", "cursor", "demo"):
        assert getattr(other, name) == getattr(one, name), name
    assert other.ledger.counts() == one.ledger.counts()


def test_what_the_store_does_not_know_is_unknown_after_a_take_over() -> None:
    """Else a source whose records are gone from the store would show 0 where nothing is known."""
    one = health(source())
    one.failed(CollectError("no answer"), NOON)
    one.restore({})
    assert [one.as_of, one.received, one.changed, one.failing_since, one.error, one.cursor] == [None] * 6
    assert one.state(NOON)["freshness"] == "never"


def test_fields_of_another_version_or_broken_ones_stop_nothing() -> None:
    one = SourceHealth(source())
    one.restore({"as_of": iso(NOON), "colour": "blue"})
    assert one.as_of == NOON


def test_a_source_that_never_answered_but_fails_is_failed_within_its_area() -> None:
    one = SourceHealth(source(), started=NOON - timedelta(hours=1))
    one.failed(CollectError("no answer"), NOON)
    found = one.due()
    assert found is not None
    assert found.freshness(NOON) == "failed"


def test_a_source_just_started_does_not_trouble_its_area() -> None:
    assert SourceHealth(source(cadence=3600), started=datetime.now(UTC)).due() is None


def test_rejected_records_are_counted() -> None:
    one = SourceHealth(source())
    one.succeeded(batch(complaint("a")), True, NOON)
    assert one.state(NOON)["rejected"] == 0


def test_moments_are_written_in_utc_with_a_z() -> None:
    assert iso(NOON) == "2026-11-24T05:00:00.000Z"


@pytest.mark.parametrize(
    ("collector", "more", "another"), [("mapped_json", {}, True), ("push", {"token_env": "K"}, False)]
)
def test_other_settings_are_another_service_unless_it_sends_by_itself(
    collector: str, more: dict[str, str], another: bool
) -> None:
    said = batch(complaint("a"))

    def one(path: str, kept: dict[str, str]) -> SourceHealth:
        settings = COLLECTORS[collector].settings.model_validate({"fields": {"id": path}, **more})
        found = SourceHealth(source("one", collector=collector, settings=settings))
        found.restore(kept)
        return found

    before = one("nomor", {})
    before.succeeded(said, True, NOON)
    assert not one("nomor", before.fields()).is_another(said)
    assert one("kode", before.fields()).is_another(said) == another
