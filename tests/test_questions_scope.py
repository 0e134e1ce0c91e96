"""The address of a page of the past is its whole state, and whatever it says there is a sensible one."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs

from hypothesis import example, given, settings
from hypothesis import strategies as st

from collectors.questions.scope import FILTERS, SPANS, VERSUS, Scope, scope_from
from collectors.questions.sql import chosen
from collectors.source import Area
from tests.past import ZONE
from tests.records import NOON

AREAS = sorted(FILTERS)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12) | st.sampled_from(
    [",", "\\", "\\,", "a,b", "a\\", ",,", "Jalan A, Jalan B", "C:\\x", "&=%", "²", "08", "-1", "7", "99"]
)
NUMBERS = {"hour": 24, "level": 6, "siaga": 5, "weekday": 8}


def asking(area: Area, query: str) -> Scope:
    return scope_from(area, parse_qs(query, errors="replace"), NOON, ZONE, {})


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    """Whatever can be chosen on a page."""
    area: Area = draw(st.sampled_from(AREAS))
    scope = asking(area, "").over(draw(st.sampled_from([one for one in SPANS if one != "custom"])))
    if draw(st.booleans()):
        scope = scope.on((NOON - timedelta(days=draw(st.integers(0, 3000)))).date())
    for name in draw(st.lists(st.sampled_from(FILTERS[area]), unique=True)):
        first = int(name in ("weekday", "siaga"))
        numbers = st.integers(first, NUMBERS.get(name, 2) - 1).map(str)
        values = draw(st.lists(numbers if name in NUMBERS else TEXTS, min_size=1, max_size=4, unique=True))
        scope = scope.choosing(name, *values)
    return scope


@settings(max_examples=60, deadline=None)
@given(scopes(), st.sampled_from(VERSUS))
def test_an_address_brings_back_exactly_what_was_chosen(scope: Scope, versus: str) -> None:
    again = asking(scope.area, scope.query(vs=versus))
    assert dict(again.filters) == dict(scope.filters)
    assert (again.span, again.start, again.end, again.versus) == (scope.span, scope.start, scope.end, versus)
    assert not again.notes


def test_addresses_that_were_kept_say_what_they_said() -> None:
    for query in ("channel=112,WhatsApp", "channel=112&channel=WhatsApp", "channel=112%2CWhatsApp,,112"):
        assert asking("complaints", query).chosen("channel") == ("112", "WhatsApp")
    assert asking("complaints", "channel=C%3A%5CPhone").chosen("channel") == ("C:\\Phone",)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(AREAS),
    st.dictionaries(
        st.sampled_from(sorted({name for each in FILTERS.values() for name in each} | {"range", "vs", "page", "from"})),
        st.lists(TEXTS, max_size=3),
    ),
)
@example("complaints", {"hour": ["x"], "weekday": ["²"], "page": ["٣"]})
@example("traffic", {"level": ["high"]})
@example("water", {"siaga": ["gravest,3"]})
def test_whatever_an_address_says_its_numbers_are_numbers(area: Area, asked: dict[str, list[str]]) -> None:
    scope = scope_from(area, asked, NOON, ZONE, {})
    found = chosen(scope, {name: name for name in FILTERS[area]})
    strange = [value for name in NUMBERS for value in scope.chosen(name) if not value.isdecimal()]
    assert not strange
    assert len(found.values) == sum(map(len, scope.filters.values()))
    assert scope.start < scope.end
