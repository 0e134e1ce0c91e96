"""The folder of tours: what a script may say, and what each mistake in one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import ConfigError, load
from config.edits import stamps
from layouts import TILES
from layouts.tour.facts import FACTS
from layouts.words import Words
from tests.broken_configs import APPLICATIONS, GOOD, SQUARE

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = """\
name: {id: Satu, en: One}
audience: {id: Kelas, en: Classes}
steps:
  - title: {id: Aduan, en: Complaints}
    minutes: 1.5
    wall: {tile: complaints}
    say: {id: [Tunjuk., Tanya.], en: [Point., Ask.]}
    phone: {text: {id: Lihat, en: Look}, facts: [reports_waiting], picture: report}
    poll:
      question: {id: Mana, en: Which}
      options: [{id: Ini, en: This}, {id: Itu, en: That}]
      right: 1
"""
TOOLD = [
    ("tile: complaints", "tile: bed", f"6:12: steps.0.wall.tile: unknown tile 'bed'; allowed: {', '.join(TILES)}"),
    ("tile: complaints", "tile: map, place: '36.71.99'",
     "6:23: steps.0.wall.place: unknown district '36.71.99'; allowed: 36.71.01"),
    ("{tile: complaints}", "{}", "6:5: steps.0.wall: found none of them; must have one of board, tile and replay"),
    ("tile: complaints", "tile: apps, board: main",
     "6:5: steps.0.wall: found board and tile; must have one of board, tile and replay"),
    ("tile: complaints", "tile: apps, place: '36.71.01'",
     "6:24: steps.0.wall.place: only the tile map can be drawn near to a place"),
    ("tile: complaints", "replay: tomorrow", "6:12: steps.0.wall.replay: found 'tomorrow'; allowed: 'today'"),
    ("[reports_waiting]", "[reports]",
     f"8:50: steps.0.phone.facts.0: unknown fact 'reports'; allowed: {', '.join(FACTS)}"),
    ("{id: Aduan, en: Complaints}", "{id: Aduan}", "4:5: steps.0.title: lacks en; the city speaks id, en"),
    ("{id: Aduan, en: Complaints}", "{id: Aduan, fr: Plaintes}",
     "4:24: steps.0.title.fr: unknown key; allowed here: id, en"),
    ("en: [Point., Ask.]", "en: [Point., Ask., Wait., Go.]", "7:34: steps.0.say.en: found a list; must hold at most 3"),
    ("minutes: 1.5", "minutes: 0", "5:5: steps.0.minutes: found 0; must be more than 0.0"),
    ("    minutes: 1.5\n", "", "4:5: steps.0.minutes: is missing"),
    ("right: 1", "right: 2", "12:7: steps.0.poll.right: found 2; must be the number of an option, from 0 to 1"),
    (", {id: Itu, en: That}]", "]", "11:7: steps.0.poll.options: found one option; a poll needs at least two"),
    ("picture: report", "picture: photo",
     "8:68: steps.0.phone.picture: found 'photo'; allowed: 'report', 'age', 'siaga'"),
    ("steps:", "stages:", "3:1: stages: unknown key; allowed here: name, audience, steps"),
    (SCRIPT, "[]", "1:1: the file: must be a block of keys"),
    (SCRIPT, "name: {id: \"Satu", "1:17: this is not YAML: found unexpected end of stream"),
]  # fmt: skip


def city(folder: Path, tours: str = "tours: tours\n", **scripts: str) -> Path:
    (folder / "square.geojson").write_text(SQUARE)
    (folder / "apps.csv").write_text(APPLICATIONS)
    (folder / "tours").mkdir(exist_ok=True)
    for name, text in scripts.items():
        (folder / "tours" / f"{name}.yaml").write_text(text)
    path = folder / "city.yaml"
    path.write_text(GOOD + tours)
    return path


def mistakes(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, {"BASE": "http://127.0.0.1:1"})
    return caught.value.mistakes


@pytest.mark.parametrize(("before", "after", "told"), TOOLD, ids=[told[:40] for _, _, told in TOOLD])
def test_a_mistake_in_a_script_is_told_where_it_stands(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert SCRIPT.count(before) == 1
    found = mistakes(city(tmp_path, one=SCRIPT.replace(before, after)))
    assert f"city.yaml:25:1: tours: tours/one.yaml:{told}" in found


def test_every_mistake_of_every_script_is_told_at_once(tmp_path: Path) -> None:
    found = mistakes(city(tmp_path, one=SCRIPT.replace("1.5", "0"), two=SCRIPT.replace("right: 1", "right: 7")))
    assert [one.split(":")[4:6] for one in found] == [[" tours/one.yaml", "5"], [" tours/two.yaml", "12"]]


def test_a_folder_that_is_not_there_or_holds_no_tour_is_told(tmp_path: Path) -> None:
    path = city(tmp_path)
    assert mistakes(path) == ["city.yaml:25:1: tours: the folder tours holds no file whose name ends in .yaml"]
    (tmp_path / "tours").rmdir()
    where = "(looked for from the folder of city.yaml)"
    assert mistakes(path) == [f"city.yaml:25:1: tours: there is no folder tours {where}"]


@pytest.mark.parametrize("wall", ["{board: hall}", "{tile: beds}", "{tile: map, place: '32.01.01'}", "{replay: today}"])
def test_what_a_city_or_its_walls_lack_is_no_mistake_of_its_tours(tmp_path: Path, wall: str) -> None:
    """Whoever takes a board away, or brings another map, need not write tours first."""
    text = SCRIPT.replace("{tile: complaints}", wall).replace("reports_waiting", "beds_free")
    path = city(tmp_path, one=text)
    assert list(load(path, {"BASE": "http://127.0.0.1:1"}).tours) == ["one"]


def test_a_city_without_tours_is_good(tmp_path: Path) -> None:
    assert load(city(tmp_path, tours=""), {"BASE": "http://127.0.0.1:1"}).tours == {}


def test_a_new_file_in_the_folder_is_an_edit(tmp_path: Path) -> None:
    config = load(city(tmp_path, one=SCRIPT), {"BASE": "http://127.0.0.1:1"})
    before = stamps((*config.files, *config.folders))
    (tmp_path / "tours" / "two.yaml").write_text(SCRIPT)
    assert stamps((*config.files, *config.folders)) != before
    assert list(load(config.path, {"BASE": "http://127.0.0.1:1"}).tours) == ["one", "two"]


def test_the_shipped_tour_takes_ten_minutes_and_reads_aloud() -> None:
    script = load(ROOT / "config.yaml", {"DEMO": "http://127.0.0.1:8051"}).tours["live-room"]
    assert script.minutes == 10
    for language in ("id", "en"):
        words = Words(language)
        for step in script.steps:
            spoken = [*step.say.said(words), *step.phone.text.said(words).split(". ")]
            assert all(len(sentence.split()) <= 24 for sentence in spoken), spoken
    assert [step.poll.right for step in script.steps if step.poll] == [1, None]
