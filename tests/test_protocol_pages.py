"""The pages of the protocols: what they give to copy is good, every key is explained, and the index names them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from collectors import COLLECTORS
from collectors.mapped_areas import AREAS
from collectors.mapped_presets import PRESETS
from config import Config, load
from config.sheet import VARIABLE
from tests.broken_configs import APPLICATIONS, SQUARE

PAGES = Path(__file__).resolve().parent.parent / "docs" / "protocols"
INDEX = PAGES / "README.md"
CITY = """\
city:
  name: Kota Kotak
  code: "36.71"
  timezone: Asia/Jakarta
  languages: [id, en]
  boundaries: square.geojson
"""
WALL = "walls: {main: {areas: foot}}\n"


def pages() -> list[Path]:
    return sorted(page for page in PAGES.glob("*.md") if page != INDEX)


def blocks(page: Path) -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def loaded(folder: Path, block: str) -> Config:
    """The block as part of a whole file: what it lacks of one is added."""
    parts = [block if block.endswith("\n") else f"{block}\n"]
    keys = set(re.findall(r"^([a-z]+):", block, re.MULTILINE))
    if "city" not in keys:
        parts.insert(0, CITY)
    if "walls" not in keys:
        parts.append(WALL)
    if "http_health" in block and "applications" not in keys:
        parts.append("applications: apps.csv\n")
    (folder / "square.geojson").write_text(SQUARE)
    (folder / "apps.csv").write_text(APPLICATIONS)
    path = folder / "city.yaml"
    path.write_text("".join(parts))
    used = {match[1] for match in VARIABLE.finditer("".join(parts))} | {"BASE"}
    return load(path, dict.fromkeys(used, "http://127.0.0.1:1"))


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_config_to_copy_is_good(page: Path, tmp_path: Path) -> None:
    given = blocks(page)
    assert given, "a page has a config to copy"
    for block in given:
        assert loaded(tmp_path, block).sources


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_page_shows_the_collector_it_is_named_after_and_explains_its_keys(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    used = {source.collector for block in blocks(page) for source in loaded(tmp_path, block).sources}
    assert page.stem in used
    for key in COLLECTORS[page.stem].settings.model_fields:
        assert f"`{key}`" in text, f"{page.name} does not explain the key {key}"


def test_every_collector_has_a_page_and_a_line_in_the_index() -> None:
    index = INDEX.read_text(encoding="utf-8")
    for name in COLLECTORS:
        assert (PAGES / f"{name}.md").is_file(), f"docs/protocols/{name}.md is missing"
        assert f"| `{name}` |" in index, f"docs/protocols/README.md has no line for {name}"


def test_the_index_names_every_page_and_no_other() -> None:
    linked = set(re.findall(r"\]\(([a-z0-9_]+\.md)\)", INDEX.read_text(encoding="utf-8")))
    assert linked == {page.name for page in pages()}


def test_the_index_names_areas_as_they_are_fed() -> None:
    for name, areas in re.findall(r"^\| `([a-z0-9_]+)` \|[^|]*\| ([a-z, ]+) \|", INDEX.read_text(), re.MULTILINE):
        assert set(areas.split(", ")) == set(COLLECTORS[name].feeds), name


def test_the_page_of_mapped_sources_names_every_field_preset_and_meaning() -> None:
    text = (PAGES / "mapped_json.md").read_text(encoding="utf-8")
    for area in AREAS.values():
        for word in (*area.fields, *area.statuses, *area.kinds):
            assert f"`{word}`" in text, word
    for preset in PRESETS:
        assert f"| `{preset}` |" in text
