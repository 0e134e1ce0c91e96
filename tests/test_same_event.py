"""Events that several sources report: one each, whatever came first; in doubt two; nothing checked is hidden."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.districts import Districts
from collectors.readings.limits import Limits
from collectors.readings.same_event import NEAR, SOON, UNSPECIFIC, Event, Key, events
from collectors.readings.traffic import level, traffic_reading
from collectors.records import TrafficKind, TrafficReport
from collectors.source import City
from tests.records import ago, health, present, report, source

HERE: dict[str, Any] = {"lat": -6.1729, "lon": 106.6319, "started": ago(minutes=40), "kind": "accident"}
METRE = 1 / 111_195
Reports = Mapping[Key, TrafficReport]


def of(waze: TrafficReport, police: TrafficReport) -> Reports:
    return {("waze", waze.id): waze, ("police", police.id): police}


def pair(**other: Any) -> Reports:
    """An accident that Waze knows, and one of the police with something else said of it."""
    return of(report("w", **HERE), report("p", **{**HERE, **other}))


def test_one_accident_of_two_sources_is_one_event() -> None:
    (event,) = events(pair(lat=HERE["lat"] + 100 * METRE, started=ago(minutes=25), verified=True, headline="Polisi"))
    assert event.report.id == "p"
    assert event.seen_by == ("police", "waze")


@pytest.mark.parametrize(
    "other",
    [
        {"lat": -6.1729 + 160 * METRE},
        {"lon": 106.6319 + 160 * METRE},
        {"started": ago(minutes=75)},
        {"started": ago(minutes=5)},
        {"kind": "jam"},
        {"lat": None, "lon": None},
        {"started": None},
    ],
)
def test_what_is_in_doubt_stays_two(other: dict[str, Any]) -> None:
    assert len(events(pair(**other))) == 2


@pytest.mark.parametrize("kind", sorted(UNSPECIFIC))
def test_a_kind_that_is_said_of_many_things_tells_of_no_one_event(kind: str) -> None:
    assert len(events(of(report("w", **HERE | {"kind": kind}), report("p", **HERE | {"kind": kind})))) == 2


def test_one_source_never_repeats_itself() -> None:
    same = report("a", **HERE)
    assert len(events({("waze", "a"): same, ("waze", "b"): replace(same, id="b")})) == 2


def test_the_pretend_city_and_the_real_one_do_not_mix() -> None:
    assert len(events(pair(), {"waze"})) == 2
    assert len(events(pair(), {"waze", "police"})) == 1


def test_what_has_ended_is_no_event() -> None:
    assert [event.report.id for event in events(pair(open=False))] == ["w"]


def test_the_checked_report_speaks_and_the_others_fill_what_it_leaves_open() -> None:
    unchecked = report("w", **HERE | {"started": ago(minutes=50)}, level=5, road="Jl. Contoh", verified=False)
    checked = report("p", **HERE, level=3, headline="Polisi", verified=True)
    (event,) = events(of(unchecked, checked))
    assert (event.report.headline, event.report.road, event.report.verified) == ("Polisi", "Jl. Contoh", True)
    assert event.report.level == 5, "no alarm is lost because the police call it moderate"


def test_a_third_source_joins_only_what_it_fits_wholly() -> None:
    chain = {
        (name, name): report(name, **HERE | {"lat": -6.1729 + metres * METRE})
        for name, metres in (("a", 0), ("b", 100), ("c", 200))
    }
    assert sorted(event.seen_by for event in events(chain)) == [("a", "b"), ("c",)]


REPORTS = st.dictionaries(
    st.tuples(st.sampled_from(["waze", "police", "tolls"]), st.integers(0, 6).map(str)),
    st.builds(
        report,
        st.just("id"),
        kind=st.sampled_from(get_args(TrafficKind)),
        open=st.sampled_from([True, True, True, False]),
        level=st.sampled_from([None, 1, 3, 5]),
        verified=st.sampled_from([None, False, True]),
        lat=st.one_of(st.none(), st.integers(-3, 3).map(lambda n: -6.17 + n * 70 * METRE)),
        lon=st.integers(-3, 3).map(lambda n: 106.63 + n * 70 * METRE),
        started=st.one_of(st.none(), st.integers(0, 9).map(lambda n: ago(minutes=11 * n))),
    ).map(lambda one: replace(one, kind_given=one.kind)),
    max_size=16,
)


def open_ones(reports: Reports) -> list[TrafficReport]:
    return [one for one in reports.values() if one.open]


def as_set(found: list[Event]) -> set[tuple[str, ...]]:
    return {(*event.seen_by, str(event.report)) for event in found}


@settings(max_examples=150, deadline=None)
@given(REPORTS, st.integers())
def test_the_order_in_which_reports_came_does_not_matter(reports: Reports, seed: int) -> None:
    shuffled = list(reports.items())
    random.Random(seed).shuffle(shuffled)
    found, again = events(reports), events(dict(shuffled))
    assert len(found) == len(again)
    assert as_set(found) == as_set(again)


@settings(max_examples=150, deadline=None)
@given(REPORTS)
def test_events_are_never_more_than_reports_and_every_report_is_of_one(reports: Reports) -> None:
    found = events(reports)
    assert len(found) <= len(open_ones(reports))
    assert sum(len(event.seen_by) for event in found) == len(open_ones(reports))
    assert all(len(set(event.seen_by)) == len(event.seen_by) for event in found)


@settings(max_examples=150, deadline=None)
@given(REPORTS)
def test_kinds_are_never_mixed(reports: Reports) -> None:
    """No kind is lost or made: each has at most as many events as reports, and at least one where it has any."""
    found = [event.report.kind for event in events(reports)]
    reported = [one.kind for one in open_ones(reports)]
    for kind in get_args(TrafficKind):
        least = reported.count(kind) if kind in UNSPECIFIC else min(1, reported.count(kind))
        assert least <= found.count(kind) <= reported.count(kind)
    assert all(event.report.kind_given == event.report.kind for event in events(reports))


@settings(max_examples=150, deadline=None)
@given(REPORTS)
def test_nothing_checked_is_hidden_behind_what_is_not(reports: Reports) -> None:
    """What one source has checked are as many events, and all of them are checked ones."""
    checked = sum(event.report.verified is True for event in events(reports))
    for source_ in {name for name, _ in reports}:
        theirs = [one for (name, _), one in reports.items() if name == source_ and one.open]
        assert sum(one.verified is True for one in theirs) <= checked
        assert len(theirs) <= len(events(reports))


@settings(max_examples=150, deadline=None)
@given(REPORTS)
def test_the_city_is_never_calmer_for_it(reports: Reports) -> None:
    apart = [Event(one, (name,)) for (name, _), one in reports.items() if one.open]
    assert level(events(reports), Limits()) == level(apart, Limits())


def test_the_reading_counts_an_event_once_and_says_how_many_reports_it_took(city: City, districts: Districts) -> None:
    base = present("traffic", [], city, districts, sources=[health(source(name, "traffic")) for name in ("waze", "p")])
    one, other = report("w", **HERE, verified=False), report("p", **HERE, verified=True)
    found = traffic_reading(replace(base, records={("waze", "w"): one, ("p", "p"): other}))
    assert (found["open"], found["value"], found["merged"], found["by_kind"]["accident"]) == (1, 1, 1, 1)
    assert (found["verified"], found["unverified"]) == (1, 0)
    assert [item["seen_by"] for item in found["newest"]] == [["p", "waze"]]
    assert sum(found["by_subdistrict"].values()) == 1


def test_the_limits_are_those_the_documentation_names() -> None:
    assert (NEAR, SOON.total_seconds()) == (150, 1800)
