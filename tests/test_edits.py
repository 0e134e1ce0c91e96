"""The city's file while it is edited: good edits are taken up, bad ones are said, and nothing is missed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config import Config, edits, load
from tests.broken_configs import APPLICATIONS, GOOD, SQUARE

PATIENCE = 10.0
ENVIRONMENT = {"BASE": "http://127.0.0.1:1"}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys.modules["config.edits"], "LOOK_SECONDS", 0.1)
    (tmp_path / "square.geojson").write_text(SQUARE, encoding="utf-8")
    (tmp_path / "apps.csv").write_text(APPLICATIONS, encoding="utf-8")
    path = tmp_path / "city.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


async def following(changes: AsyncIterator[Config | str]) -> Config | str:
    async with asyncio.timeout(PATIENCE):
        return await anext(changes)


async def test_a_bad_edit_is_one_sentence_and_the_next_good_one_is_a_configuration(file: Path) -> None:
    changes = edits(load(file, ENVIRONMENT), ENVIRONMENT)
    waiting = asyncio.ensure_future(following(changes))
    await asyncio.sleep(0.1)
    file.write_text(GOOD.replace("language: en", "lang: en\n    nix: 1"), encoding="utf-8")
    said = await waiting
    assert isinstance(said, str)
    assert said.startswith("city.yaml:24:5: walls.main.lang: unknown key") and said.endswith("(+1)")
    file.write_text(GOOD.replace("Kota Kotak", "Kota Lain"), encoding="utf-8")
    found = await following(changes)
    assert isinstance(found, Config)
    assert found.city.name == "Kota Lain"


async def test_an_edit_of_the_list_of_applications_counts_too(file: Path) -> None:
    changes = edits(before := load(file, ENVIRONMENT), ENVIRONMENT)
    waiting = asyncio.ensure_future(following(changes))
    await asyncio.sleep(0.1)
    rows = file.parent / "apps.csv"
    lines = rows.read_text(encoding="utf-8").splitlines()
    rows.write_text("\n".join([*lines, lines[-1].replace(lines[-1].partition(",")[0], "another", 1)]), encoding="utf-8")
    found = await waiting
    assert isinstance(found, Config), found
    assert len(found.city.applications) == len(before.city.applications) + 1


async def test_a_file_that_is_gone_is_said_and_its_return_is_noticed(file: Path) -> None:
    changes = edits(load(file, ENVIRONMENT), ENVIRONMENT)
    waiting = asyncio.ensure_future(following(changes))
    await asyncio.sleep(0.1)
    file.unlink()
    assert "cannot be read" in str(await waiting)
    file.write_text(GOOD, encoding="utf-8")
    assert isinstance(await following(changes), Config)
