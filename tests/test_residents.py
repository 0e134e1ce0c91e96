"""Residents by district: read whole, or refused with the place of the mistake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config import ConfigError, load

ROOT = Path(__file__).resolve().parent.parent
DEMO = {"DEMO": "http://127.0.0.1:1"}


def written(folder: Path, rows: str) -> Path:
    """The shipped city with a file of residents."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    for shared in ("assets", "cities"):
        (folder / shared).symlink_to(ROOT / shared)
    (folder / "people.csv").write_text(rows, encoding="utf-8")
    text = text.replace("  boundaries: assets", "  residents: people.csv\n  boundaries: assets", 1)
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def districts() -> list[str]:
    return [f"36.71.{number:02}" for number in range(1, 14)]


def test_every_district_has_its_residents(tmp_path: Path) -> None:
    rows = "code,residents\n" + "".join(f"{code},{1000 + i}\n" for i, code in enumerate(districts()))
    config = load(written(tmp_path, rows), DEMO)
    assert config.residents["36.71.03"] == 1002
    assert len(config.residents) == 13
    assert (tmp_path / "people.csv").resolve() in config.files, "an edit of it is followed"


def test_without_the_file_nothing_is_claimed() -> None:
    assert load(ROOT / "config.yaml", DEMO).residents == {}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("kode,penduduk\n", "people.csv:1: the columns must be code and residents; code, residents is missing"),
        ("code,residents\n36.71.01,1000\n", "people.csv: the district 36.71.02 is missing"),
        ("code,residents\n36.71.99,1000\n", "people.csv:2: found '36.71.99'; must be the code of a district"),
        ("code,residents\n36.71.01,1000\n36.71.01,1\n", "people.csv:3: 36.71.01 is there twice"),
        ("code,residents\n36.71.01,1.000\n", "people.csv:2: found '1.000'; must be a whole number above 0"),
        ("code,residents\n36.71.01,0\n", "people.csv:2: found '0'; must be a whole number above 0"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, rows: str, says: str) -> None:
    with pytest.raises(ConfigError) as told:
        load(written(tmp_path, rows), DEMO)
    assert re.search(r"config\.yaml:\d+:\d+: city\.residents: " + re.escape(says), str(told.value))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, "")
    (tmp_path / "people.csv").unlink()
    with pytest.raises(ConfigError, match=r"city\.residents: there is no file people\.csv"):
        load(path, DEMO)
