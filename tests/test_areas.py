"""No area is forgotten anywhere: what is missing is told by the name of its table (docs/add-an-area.md)."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import get_args

import pytest

from collectors.forms import FORMS
from collectors.mapped_areas import AREAS
from collectors.readings import sums, table
from collectors.records import FIELDS, Record
from collectors.source import EVERY_AREA
from collectors.stored import KINDS
from config import load
from dashboards import openapi
from layouts import TILES
from layouts.card import LEADING
from layouts.card_words import CARD_WORDS
from layouts.needs import SAID
from layouts.vocabulary import VOCABULARY
from tests.layout_samples import city, unknown_city
from tests.records import COLLECTOR_OF

ROOT = Path(__file__).resolve().parent.parent
MEANT = [key.removeprefix("meaning_") for key in CARD_WORDS if key.startswith("meaning_")]

TABLES: dict[str, Collection[str]] = {
    "KINDS of collectors/stored.py": KINDS,
    "AREAS of collectors/mapped_areas.py": AREAS,
    "FORMS of collectors/forms.py": FORMS,
    "READINGS of collectors/readings/table.py": table.READINGS,
    "WHOLES of collectors/readings/sums.py": sums.WHOLES,
    "READINGS of dashboards/openapi.py": openapi.READINGS,
    "TILES of layouts/__init__.py": [area for tile in TILES.values() if len(tile.areas) == 1 for area in tile.areas],
    "SAID of layouts/needs.py": SAID,
    "LEADING of layouts/card.py": LEADING,
    "layouts/vocabulary.py": VOCABULARY,
    "layouts/card_words.py, as meaning_<area>": MEANT,
    "the sources of config.yaml": {one.area for one in load(ROOT / "config.yaml", {"DEMO": "http://a"}).sources},
    "COLLECTOR_OF of tests/records.py": COLLECTOR_OF,
    "city() of tests/layout_samples.py": city(),
    "unknown_city() of tests/layout_samples.py": unknown_city(),
}


@pytest.mark.parametrize("name", TABLES)
def test_every_area_is_there(name: str) -> None:
    lacking = [area for area in EVERY_AREA if area not in TABLES[name]]
    assert not lacking, f"{name} lacks {', '.join(lacking)}"


def test_every_kind_of_record_says_what_it_shows_and_feeds_an_area() -> None:
    kinds = set(get_args(Record))
    assert set(FIELDS) == kinds, "Record and FIELDS of collectors/records.py differ"
    assert set(KINDS.values()) == kinds, "Record of collectors/records.py and KINDS of collectors/stored.py differ"
    for kind, fields in FIELDS.items():
        unknown = {*fields.shown, *fields.restless} - set(kind.__dataclass_fields__)
        assert not unknown, f"{kind.__name__} has no field {', '.join(sorted(unknown))}"
