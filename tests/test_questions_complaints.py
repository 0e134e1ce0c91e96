"""What is asked about complaints: parts equal the whole, rows equal counts, files and Redis equal the truth."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from math import isclose
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.owners import Owners
from collectors.past import Past
from collectors.questions.complaint_answers import BUCKETS, Sums
from collectors.questions.complaint_sums import ComplaintSums
from collectors.questions.complaints import ComplaintQuestions
from collectors.questions.scope import Scope, scope_from
from collectors.questions.sql import Conditions
from collectors.readings.limits import Limits
from collectors.records import Complaint
from tests.past import ZONE, Fact, Pasts, Told, pasts
from tests.records import NOON, complaint

pytestmark = pytest.mark.patient

DAYS = 75
TODAY = NOON.date()
PLACES = [(-6.1783, 106.6319), (-6.2300, 106.7000), (-6.1500, 106.6800), (None, None)]
AGENCIES = [None, "Dinas Kesehatan", "DINAS KESEHATAN Kota", "Dishub", "DPUPR, Bidang Jalan"]
CHANNELS = [None, "112", "WhatsApp, kelurahan"]
LIMITS = Limits(complaint_age=7 * 86400.0, complaint_answer=6 * 3600.0)
OWNERS = Owners(city="Kota")
Asked = dict[str, list[str]]


LATELY = (timedelta(days=20), timedelta(days=DAYS), timedelta(days=45))
"""Of each past, what changed since it came into a file is no older."""


@cache
def truth(seed: int) -> tuple[Fact, ...]:
    """Reports of two sources, in the files, in Redis, or in both, some of which have changed since."""
    luck = random.Random(seed)
    found = []
    for number in range(240):
        lat, lon = luck.choice(PLACES)
        requested = NOON - timedelta(seconds=luck.choice([luck.randrange(9 * 86400), luck.randrange(DAYS * 86400)]))
        answered = requested + timedelta(seconds=luck.randrange(12 * 3600))
        finished = answered + timedelta(seconds=luck.randrange(12 * 86400))
        code = luck.choice(["7", "8", "9"])
        first = complaint(
            f"c{number}", requested=requested, agency=luck.choice(AGENCIES), channel=luck.choice(CHANNELS),
            category_code=code, category=f"Jenis {code}", lat=lat, lon=lon, status=luck.choice(["waiting", "unknown"]),
        )  # fmt: skip
        taken = replace(first, status="in_progress", answered=answered, updated=answered)
        done = replace(
            taken, status="done", finished=finished, updated=finished, reopened=int(luck.random() < 0.2),
            answered=answered if luck.random() < 0.9 else None,
        )  # fmt: skip
        states = [one for one in (first, taken, done) if (one.updated or one.requested) <= NOON]
        states = states[: luck.randrange(1, 6)]
        over = NOON if states[-1].status == "done" and luck.random() < 0.6 else None
        lately = NOON - requested < LATELY[seed]
        earlier = states[-2] if over is None and lately and len(states) > 1 and luck.random() < 0.5 else None
        folded = over is not None or not lately or (earlier is None and luck.random() < 0.6)
        found.append(Fact(luck.choice(["laksa", "sp4n"]), states[-1], over, folded, earlier))
    return tuple(found)


PAST = [
    Told(facts={"complaints": truth(0)}, tidied=NOON),
    Told(facts={"complaints": truth(1)}, told=False),
    Told(facts={"complaints": truth(2)}, tidied=NOON + timedelta(days=20)),
]
"""With digests of what is over; with all that the store has, as before the first fold; with digests of nearly all."""


@pytest.fixture(scope="module")
def known(redis_server: EmbeddedRedis, districts: Districts) -> Iterator[Pasts]:
    with pasts(PAST, redis_server, districts) as found:
        yield found


def record(fact: Fact) -> Complaint:
    assert isinstance(fact.record, Complaint)
    return fact.record


def age(one: Complaint) -> float:
    return (NOON - one.requested).total_seconds()


def took(one: Complaint, until: datetime | None) -> float | None:
    return (until - one.requested).total_seconds() if until else None


def waits_long(one: Complaint) -> bool:
    return one.status == "waiting" and age(one) > LIMITS.complaint_age


def bucket(one: Complaint) -> int:
    return min(BUCKETS - 1, int(age(one) // (LIMITS.complaint_age / (BUCKETS - 1))))


def asked_of(facts: Sequence[Fact], scope: Scope, districts: Districts, span: tuple[datetime, datetime]) -> list[Fact]:
    found = []
    for fact in facts:
        one = record(fact)
        place, local = districts.at(one.lat, one.lon), one.requested.astimezone(ZONE)
        open_long = one.status in ("waiting", "in_progress") and age(one) > LIMITS.complaint_age
        late = open_long or (took(one, one.finished) or 0) > LIMITS.complaint_age
        each = {
            "district": place.district_code if place else None, "subdistrict": place.code if place else None,
            "agency": OWNERS.slug(one.agency), "category": one.category_code, "status": one.status,
            "channel": one.channel or "", "hour": str(local.hour), "weekday": str(local.isoweekday()),
            "late": "1" if late else "0", "age": str(bucket(one)) if one.status == "waiting" else None,
        }  # fmt: skip
        chosen = all(not scope.chosen(name) or value in scope.chosen(name) for name, value in each.items())
        if chosen and span[0] <= one.requested < span[1]:
            found.append(fact)
    return found


def quantile(values: Sequence[float], part: float) -> float | None:
    if not values:
        return None
    ordered, at = sorted(values), (len(values) - 1) * part
    low = int(at)
    return ordered[low] + (at - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def sums(facts: Sequence[Fact]) -> Sums:
    each = [record(fact) for fact in facts]
    statuses = Counter(one.status for one in each)
    due = [one for one in each if age(one) > LIMITS.complaint_age]
    answers = [seconds for one in each if (seconds := took(one, one.answered)) is not None]
    return Sums(
        n=len(each), done=statuses["done"], in_progress=statuses["in_progress"], waiting=statuses["waiting"],
        unknown=statuses["unknown"], due=len(due), late=sum(map(waits_long, each)), answered=len(answers),
        on_time=sum(one.status == "done" and (took(one, one.finished) or 0) <= LIMITS.complaint_age for one in due),
        answered_in=sum(seconds <= LIMITS.complaint_answer for seconds in answers),
        reopened=sum(one.reopened > 0 for one in each),
        oldest=min((one.requested for one in each if one.status == "waiting"), default=None),
    )  # fmt: skip


def counts(one: Sums) -> Sums:
    return replace(one, finish_median=None, finish_p90=None, answer_median=None, answer_p90=None)


def times(one: Sums) -> list[float | None]:
    return [one.finish_median, one.finish_p90, one.answer_median, one.answer_p90]


def true_times(facts: Sequence[Fact]) -> list[float | None]:
    each = [record(fact) for fact in facts]
    finishes = [seconds for one in each if one.status == "done" and (seconds := took(one, one.finished)) is not None]
    answers = [seconds for one in each if (seconds := took(one, one.answered)) is not None]
    return [quantile(some, part) for some in (finishes, answers) for part in (0.5, 0.9)]


def close(found: Sequence[float | None], true: Sequence[float | None]) -> bool:
    """Whether durations are the same to within a hundredth."""
    pairs = zip(found, true, strict=True)
    return all(a is b or (a is not None and b is not None and isclose(a, b, rel_tol=0.01, abs_tol=1)) for a, b in pairs)


def grouped(facts: Sequence[Fact], key: Callable[[Complaint], Any]) -> dict[Any, list[Fact]]:
    found: dict[Any, list[Fact]] = {}
    for fact in facts:
        found.setdefault(key(record(fact)), []).append(fact)
    return found


def same(found: Mapping[Any, Sums], facts: Sequence[Fact], key: Callable[[Complaint], Any]) -> None:
    assert {name: counts(one) for name, one in found.items()} == {
        name: sums(mine) for name, mine in grouped(facts, key).items()
    }


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "district": st.sampled_from([["36.71.01"], ["36.71.01,36.71.05"]]),
        "agency": st.sampled_from([["dinas-kesehatan"], ["dishub"], ["dpupr-bidang-jalan"], ["nobody"]]),
        "category": st.sampled_from([["7"], ["8,9"]]),
        "status": st.sampled_from([["waiting"], ["done,in_progress"], ["unknown"]]),
        "channel": st.sampled_from([["112"], ["WhatsApp\\, kelurahan"]]),
        "hour": st.sampled_from([["8,9,10,11,12,13"]]),
        "weekday": st.sampled_from([["1"], ["2,7"]]),
        "late": st.just(["1"]),
        "age": st.sampled_from([["0"], ["3,4"], ["7"]]),
    },
)
TIMES = st.one_of(
    st.sampled_from([{"range": [name]} for name in ("today", "24h", "7d", "30d", "90d", "year", "all")]),
    st.builds(
        lambda a, b: {"from": [str(TODAY - timedelta(max(a, b)))], "to": [str(TODAY - timedelta(min(a, b)))]},
        st.integers(0, DAYS), st.integers(0, DAYS),
    ),
)  # fmt: skip


@settings(max_examples=16, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, len(PAST) - 1), TIMES, FILTERS, st.sampled_from(["oldest", "newest", "longest"]))
@example(0, {"range": ["90d"]}, {}, "newest")
@example(0, {"range": ["90d"]}, {"district": ["36.71.01,36.71.05"]}, "newest")
@example(0, {"range": ["all"]}, {"agency": ["dinas-kesehatan"], "status": ["done,in_progress"]}, "newest")
@example(2, {"range": ["year"]}, {"category": ["8,9"]}, "oldest")
@example(2, {"range": ["year"]}, {"agency": ["nobody"]}, "oldest")
def test_whatever_is_asked_the_parts_equal_the_whole_and_the_whole_the_truth(
    known: Pasts,
    districts: Districts,
    number: int,
    time: dict[str, list[str]],
    filters: dict[str, list[str]],
    sort: str,
) -> None:
    facts = truth(number)
    scope = scope_from("complaints", time | filters | {"sort": [sort]}, NOON, ZONE, {})

    async def check(found: Past) -> None:
        questions = ComplaintQuestions(found, OWNERS, LIMITS)
        answer = await questions.answer(scope)
        mine = asked_of(facts, scope, districts, (scope.start, scope.end))
        assert counts(answer.total) == sums(mine)
        assert close(times(answer.total), true_times(mine))
        by_agency = grouped(mine, lambda one: OWNERS.slug(one.agency))
        same(answer.agencies, mine, lambda one: OWNERS.slug(one.agency))
        assert all(close(times(one), true_times(by_agency[name])) for name, one in answer.agencies.items())
        same(answer.districts, mine, lambda one: place.district_code if (place := at(districts, one)) else "")
        same(answer.subdistricts, mine, lambda one: place.code if (place := at(districts, one)) else "")
        same(answer.categories, mine, lambda one: one.category_code)
        same(answer.channels, mine, lambda one: one.channel or "")
        same(answer.statuses, mine, lambda one: one.status)
        same(answer.days, mine, lambda one: one.requested.astimezone(ZONE).date())
        assert answer.hours == Counter(
            (local.isoweekday(), local.hour) for fact in mine if (local := record(fact).requested.astimezone(ZONE))
        )
        ever = asked_of(facts, scope, districts, (NOON - timedelta(days=999), NOON + timedelta(1)))
        finished = Counter(
            done.finished.astimezone(ZONE).date() for fact in ever if (done := record(fact)).finished is not None
        )
        assert answer.finished == {day: n for day, n in finished.items() if scope.first_day <= day <= scope.last_day}
        assert answer.as_of == max(record(fact).updated or record(fact).requested for fact in facts)
        if scope.before and answer.before:
            before = asked_of(facts, scope, districts, scope.before)
            assert counts(answer.before) == sums(before)
            assert close(times(answer.before), true_times(before))
            same(answer.days_before, before, lambda one: one.requested.astimezone(ZONE).date())

    known.run(number, check)


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, len(PAST) - 1), TIMES, FILTERS, st.sampled_from(["oldest", "newest", "longest"]))
def test_the_table_equals_the_chart_and_what_waits_is_what_waits(
    known: Pasts,
    districts: Districts,
    number: int,
    time: dict[str, list[str]],
    filters: dict[str, list[str]],
    sort: str,
) -> None:
    facts = truth(number)
    scope = scope_from("complaints", time | filters | {"sort": [sort]}, NOON, ZONE, {})

    async def check(found: Past) -> None:
        questions = ComplaintQuestions(found, OWNERS, LIMITS)
        answer = await questions.answer(scope)
        mine = asked_of(facts, scope, districts, (scope.start, scope.end))
        rows = await questions.rows(scope, len(facts))
        assert {(row.source, row.id, row.status) for row in rows} == {
            (fact.source, fact.record.id, record(fact).status) for fact in mine
        }
        assert len(rows) == len(mine) == answer.total.n
        assert list(answer.rows) == rows[: len(answer.rows)]
        assert list(await questions.rows(scope, 7, 5)) == rows[5:12]
        ordered = [took_row(row.requested, row.finished) for row in rows] if sort == "longest" else [
            (row.requested - NOON).total_seconds() * (1 if sort == "oldest" else -1) for row in rows
        ]  # fmt: skip
        assert ordered == sorted(ordered)
        ever = asked_of(facts, scope, districts, (NOON - timedelta(days=999), NOON + timedelta(1)))
        waits = [record(fact) for fact in ever if record(fact).status == "waiting"]
        assert answer.waiting.n == len(waits) == len(answer.waiting.oldest)
        assert answer.waiting.late == sum(map(waits_long, waits))
        assert answer.waiting.soon == sum(
            LIMITS.complaint_age - 86400 <= age(one) <= LIMITS.complaint_age for one in waits
        )
        expected: dict[str, list[int]] = {}
        for one in waits:
            expected.setdefault(OWNERS.slug(one.agency), [0] * BUCKETS)[bucket(one)] += 1
        assert answer.waiting.by_agency == {name: tuple(each) for name, each in expected.items()}
        assert [one.requested for one in answer.waiting.oldest] == sorted(one.requested for one in waits)

    known.run(number, check)


def took_row(requested: datetime, finished: datetime | None) -> float:
    return -(finished - requested).total_seconds() if finished else 1.0


def at(districts: Districts, one: Complaint) -> Any:
    return districts.at(one.lat, one.lon)


def test_one_report_is_found_as_it_is_now(known: Pasts) -> None:
    changed = next(fact for fact in truth(0) if fact.earlier is not None)

    async def check(found: Past) -> None:
        questions = ComplaintQuestions(found, OWNERS, LIMITS)
        one = await questions.report(changed.source, changed.record.id)
        assert one is not None
        assert one.status == record(changed).status
        assert await questions.report("laksa", "nobody") is None

    known.run(0, check)


def test_months_and_days_of_which_nothing_changed_are_told_by_their_digests(known: Pasts) -> None:
    for number, expected in enumerate((3, 0, 1)):

        async def check(found: Past, expected: int = expected) -> None:
            sums = ComplaintSums(found, LIMITS, scope_from("complaints", {}, NOON, ZONE, {}), Conditions(), {})
            for files in (sums.files((None, None)), sums.waiting_files((None, None))):
                assert len(found.history.paths(files["digests"], {})) == expected

        known.run(number, check)


def test_the_pasts_have_reports_of_every_kind() -> None:
    for facts in map(truth, range(len(PAST))):
        places = Counter((fact.folded or fact.earlier is not None, fact.earlier is not None) for fact in facts)
        assert min(places[kind] for kind in ((True, True), (True, False), (False, False))) > 10
        statuses = Counter(record(fact).status for fact in facts)
        assert min(statuses[one] for one in ("waiting", "in_progress", "done", "unknown")) > 5
