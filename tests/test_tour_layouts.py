"""What a tour shows of the room: numbers of this moment with their age, and a poll's result only when it is shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from collectors.readings.shape import Reading
from collectors.source import Area
from collectors.tours import Tour
from layouts.frame import Readings
from layouts.tour.facts import FACTS, facts_of
from layouts.tour.look import AREAS, parts_of
from layouts.tour.phone import phone_of
from layouts.tour.script import Script
from layouts.tour.wall import wall_of
from layouts.words import UNKNOWN, Words
from tests.layout_samples import MINUTES_AGO, beds, city, complaints, unknown_city

ID, EN = Words("id", city="Kota Tangerang"), Words("en", city="Kota Tangerang")
NOW = datetime(2025, 12, 16, 7, 7, tzinfo=UTC)
STEP: dict[str, Any] = {
    "title": {"id": "Tempat tidur", "en": "Beds"},
    "minutes": 1,
    "wall": {"tile": "beds"},
    "say": {"id": ["Tunjuk."], "en": ["Point."]},
    "phone": {"text": {"id": "Lihat <b>", "en": "Look"}, "facts": ["beds_free", "icu_free"]},
}
POLL = {
    "question": {"id": "Mana?", "en": "Which?"},
    "options": [{"id": "Ini", "en": "This"}, {"id": "Itu", "en": "That"}],
    "right": 1,
}
SCRIPT = Script.model_validate(
    {"name": {"id": "x"}, "audience": {"id": "x"}, "steps": [STEP, {**STEP, "poll": POLL, "title": {"id": "Kuis"}}]}
)


def tour(**more: Any) -> Tour:
    told = {
        "code": "4827", "key": "k", "script": "x", "language": "id", "screens": ("hall",),
        "began": NOW, "step_began": NOW, "ends": NOW + timedelta(hours=3), **more,
    }  # fmt: skip
    return Tour.model_validate(told)


@pytest.mark.parametrize("words", [ID, EN], ids=["id", "en"])
@pytest.mark.parametrize("name", FACTS)
def test_every_number_of_a_tour_is_said_in_both_languages_and_knows_its_age(name: str, words: Words) -> None:
    now = facts_of([name], city(), words)[name]
    assert now["since"] == MINUTES_AGO
    assert not now["stale"]
    assert words[FACTS[name].words]


@pytest.mark.parametrize("readings", [{}, unknown_city()], ids=["nothing read yet", "sources never answered"])
def test_what_nobody_knows_is_a_dash_and_never_a_zero(readings: Readings) -> None:
    for now in facts_of(FACTS, readings, ID).values():
        assert now == {"text": UNKNOWN, "since": None, "stale": True}


def test_an_old_number_is_marked_old() -> None:
    old = facts_of(["beds_free", "reports_waiting"], city(beds=beds(freshness="stale")), ID)
    assert [old[name]["stale"] for name in ("beds_free", "reports_waiting")] == [True, False]


def test_a_report_is_told_without_what_somebody_wrote_and_is_no_markup() -> None:
    phone = phone_of(
        SCRIPT.model_copy(
            update={
                "steps": [
                    SCRIPT.steps[0].model_copy(
                        update={"phone": SCRIPT.steps[0].phone.model_copy(update={"facts": ["newest_report"]})}
                    )
                ]
            }
        ),
        tour(),
        {},
        city(complaints=complaints()),
        ID,
    )
    assert "<script>" not in phone["html"]
    assert "Lihat &lt;b&gt;" in phone["html"]


def test_the_card_says_each_number_with_the_time_it_is_of() -> None:
    html = phone_of(SCRIPT, tour(), {}, city(), EN)["html"]
    assert re.findall(r'data-fact="(\w+)"', html) == ["beds_free", "icu_free"]
    assert "361/1,404" in html
    assert html.count(f'data-since="{MINUTES_AGO}"') == 2


def test_phones_are_told_what_comes_next_and_nothing_after_the_last() -> None:
    assert phone_of(SCRIPT, tour(), {}, city(), ID)["next"] == "Kuis"
    assert phone_of(SCRIPT, tour(step=1), {}, city(), ID)["next"] is None


def test_a_result_reaches_phones_and_the_wall_only_once_it_is_shown() -> None:
    counts = {0: 1, 1: 3, 7: 5}
    for state in ("open", "closed"):
        poll = phone_of(SCRIPT, tour(step=1, poll=state), counts, city(), ID)["poll"]
        assert poll is not None
        assert poll["state"] == state
        assert not {"counts", "right"} & set(poll)
    open_ = wall_of(SCRIPT, tour(step=1, poll="open"), counts, 9, ID, "http://room")["poll"]
    assert open_ is not None
    assert (open_["votes"], open_["right"], [one["count"] for one in open_["options"]]) == (4, None, [None, None])
    assert wall_of(SCRIPT, tour(step=1), counts, 9, ID, "http://room")["poll"] is None
    shown = wall_of(SCRIPT, tour(step=1, poll="shown"), counts, 9, ID, "http://room")["poll"]
    assert shown is not None
    assert shown["right"] == 1
    assert [(one["text"], one["count"], one["share"]) for one in shown["options"]] == [
        ("Ini", 1, 0.25),
        ("Itu", 3, 0.75),
    ]


def test_nobody_voted_is_no_share_of_anything() -> None:
    shown = wall_of(SCRIPT, tour(step=1, poll="shown"), {}, 0, ID, "http://room")["poll"]
    assert shown is not None
    assert [one["share"] for one in shown["options"]] == [None, None]


def test_the_wall_says_where_the_tour_is_and_how_to_join_but_not_the_key() -> None:
    wall = wall_of(SCRIPT, tour(key="secret"), {}, 3, EN, "http://room")
    assert (wall["n"], wall["of"], wall["title"], wall["joined"]) == (1, 2, "Beds", 3)
    assert (wall["address"], wall["qr"]) == ("http://room/t/4827", "/qr/tour/4827.svg")
    assert "secret" not in str(wall)


def test_a_tour_whose_script_became_shorter_stands_at_its_last_step() -> None:
    assert phone_of(SCRIPT, tour(step=9), {}, city(), ID)["step"] == 1
    assert wall_of(SCRIPT, tour(step=9), {}, 0, ID, "")["n"] == 2


@pytest.mark.parametrize("area", AREAS)
def test_what_another_version_stored_shows_no_parts_and_no_error(area: Area) -> None:
    known = dict(city()[area])
    assert parts_of(area, city(), EN)
    for key in set(known) - {"area", "as_of", "freshness", "sources"}:
        del known[key]
    assert parts_of(area, {area: cast(Reading, known)}, EN) == []
    assert parts_of(area, unknown_city(), EN) == []
