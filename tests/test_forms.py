"""What a form asks, in both languages, and what it says to whatever cannot be meant."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.forms import FORMS
from collectors.mapped_areas import AREAS
from collectors.source import EVERY_AREA
from layouts.vocabulary import VOCABULARY
from tests.entering import entered, fill_in, told, value
from tests.pushing import city_that_sends, waiting
from tests.site import Served

NAMES = ("desk", "clinic", "patrol", "help", "gates")
TANAH_TINGGI = "36.71.01.1003"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return city_that_sends(tmp_path, monkeypatch)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", NAMES)
async def test_every_field_of_every_form_has_its_label_and_every_choice_its_words(
    site: Served, name: str, language: str
) -> None:
    status, _, page = await site.get(f"/enter/{name}?lang={language}")
    assert status == 200 and f'<html lang="{language}">' in page
    fields = re.findall(r'<(?:input|select) id="([^"]+)" name="([^"]+)"', page)
    assert [one for one, _ in fields] == [other for _, other in fields] and len(set(fields)) == len(fields) > 3
    assert re.findall(r'<label for="([^"]+)"', page) == [one for one, _ in fields]
    assert re.findall(r"<option[^>]*>([^<]*)</option>", page).count("") == 0
    assert {"id": "diisi tangan", "en": "entered by hand"}[language] in page
    assert "<script" not in page and 'http-equiv="refresh"' not in page, "nothing that is typed is lost"


def test_the_recipe_of_every_area_asks_for_its_own_fields_in_words_of_both_languages() -> None:
    assert set(FORMS) == set(AREAS) == set(EVERY_AREA)
    for area, form in FORMS.items():
        words = {*AREAS[area].statuses, *AREAS[area].kinds}
        for ask in (*form.each, *form.new):
            assert ask.name in (*AREAS[area].fields, "place"), (area, ask.name)
            assert f"ask_{ask.name}" in VOCABULARY
            assert all(ask.says is None or f"{ask.says}{one}" in VOCABULARY for one in ask.options), ask
            assert ask.name not in ("status", "kind") or set(ask.options) <= words, ask


WRONG = [
    ("desk", {"agency__new": "Dinas PUPR"}, "category-new", "This is needed."),
    ("desk", {"category__new": "Lampu"}, "category-new", "Choose one of the list."),
    ("desk", {"category__new": "Banjir", "place__new": "99"}, "place-new", "Choose one of the list."),
    ("desk", {"category__new": "Banjir", "agency__new": "Budi 0812-3456-7890"}, "agency-new", "No e-mail address"),
    ("desk", {"category__new": "Banjir", "agency__new": "x" * 101}, "agency-new", "at most 100 letters"),
    ("desk", {"category__new": "Banjir", "created__new": "25:10"}, "created-new", "Write a time that is past"),
    ("desk", {"category__new": "Banjir", "created__new": "tadi"}, "created-new", "Write a time that is past"),
    ("desk", {"category__new": "Banjir", "created__new": "01/01/2062 09.00"}, "created-new", "a time that is past"),
    ("desk", {"category__new": "Banjir", "created__new": "01/01/1999 09.00"}, "created-new", "a time that is past"),
    ("patrol", {"road__new": "Jalan Merdeka"}, "kind-new", "This is needed."),
    ("patrol", {"kind__new": "jam"}, "road-new", "This is needed."),
    ("patrol", {"kind__new": "jam", "road__new": "a@b.id"}, "road-new", "No e-mail address"),
    ("help", {"status__0": "fine"}, "status-0", "Choose one of the list."),
    ("help", {}, "status-0", "Choose at least one."),
    ("gates", {}, "level_cm-0", "Fill in at least one post."),
    ("gates", {"level_cm__1": "1.234"}, "level_cm-1", "Write cm, such as"),
    ("gates", {"level_cm__1": "-2000"}, "level_cm-1", "Write cm, such as"),
    ("gates", {"level_cm__0": "1e3"}, "level_cm-0", "Write cm, such as"),
]


@pytest.mark.parametrize(("name", "typed", "field", "says"), WRONG)
async def test_what_cannot_be_meant_is_said_at_its_field_and_stays_typed(
    site: Served, name: str, typed: dict[str, str], field: str, says: str
) -> None:
    form = {key.replace("__", "-"): text for key, text in typed.items()}
    status, page = await entered(site, name, form)
    assert (status, says in page, f'<a href="#{field}">' in page) == (422, True, True), page
    tag = re.search(rf'<(?:input|select) id="{field}"[^>]*>', page)
    assert tag and 'aria-invalid="true"' in tag[0] and f"{field}-error" in tag[0] and "autofocus" in tag[0]
    texts = {key: text for key, text in form.items() if re.search(rf'<input id="{key}"', page)}
    assert {key: value(page, key) for key in texts} == texts
    assert await waiting(site.store, name) == 0


@pytest.mark.parametrize(("typed", "ago"), [("{at:%H.%M}", True), ("{at:%d/%m/%Y %H:%M}", True), ("", False)])
async def test_a_report_was_received_when_it_is_said_or_else_now(
    site: Served, redis_server: EmbeddedRedis, districts: Districts, typed: str, ago: bool
) -> None:
    zone = site.config.city.timezone
    now = datetime.now(zone)
    at = now - timedelta(minutes=min(20, now.hour * 60 + now.minute)) if ago else now
    async with told(site, redis_server, districts, "desk"):
        await fill_in(site, "desk", category__new="Banjir", created__new=typed.format(at=at))
        (stored,) = (await site.store.records("complaints")).values()
    received = datetime.fromisoformat(stored["requested"])
    assert abs(received - at.astimezone(UTC)) < timedelta(minutes=2 if ago else 1)
