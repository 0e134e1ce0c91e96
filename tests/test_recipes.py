"""What the recipes in docs/ tell a newcomer is true: the files and names are there, and the example collects."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from collectors import COLLECTORS
from collectors.records import TrafficReport
from tests.sources import answering, collected

ROOT = Path(__file__).resolve().parent.parent
RECIPES = sorted((ROOT / "docs").glob("add-*.md"))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_every_file_named_is_there(recipe: Path) -> None:
    named = re.findall(r"`([a-z0-9_-]+(?:/[\w.-]+)*\.(?:py|css|js|md|yaml))`", recipe.read_text(encoding="utf-8"))
    assert named
    assert not [name for name in named if not (ROOT / name).is_file()]


def test_every_name_that_helps_a_collector_is_there() -> None:
    text = (ROOT / "docs" / "add-a-protocol.md").read_text(encoding="utf-8")
    rules = text.partition("| rule | what helps |")[2].partition("\n\n")[0]
    named = re.findall(r"`(?:async for row in )?(?!answer)([a-z_]+)\.([A-Za-z_]+)", rules)
    assert len(named) > 15
    for module, name in named:
        assert hasattr(import_module(f"collectors.{module}"), name), f"{module}.{name}"


async def test_the_example_of_a_collector_collects(monkeypatch: pytest.MonkeyPatch) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", (ROOT / "docs/add-a-protocol.md").read_text(), re.M | re.S)
    bus = ModuleType("bus")
    exec(compile(code, "docs/add-a-protocol.md", "exec"), bus.__dict__)
    monkeypatch.setitem(COLLECTORS, "bus", bus.BusDelays)
    delay = {"id": 7, "line": "T12", "since": "2026-01-05T08:00:00+07:00", "lat": -6.18, "lon": 106.63}
    page = {"made": "2026-01-05T09:00:00+07:00", "delays": [delay, {"line": "T13"}, "T14"]}
    batch = await collected("bus", answering(json.dumps(page)))
    (report,) = batch.records
    assert isinstance(report, TrafficReport)
    assert (report.id, report.headline, report.lat) == ("7", "T12", -6.18)
    assert [one.reason for one in batch.rejected] == ["no id", "not an object"]
    assert f"{batch.as_of:%H:%M}" == "02:00", "a feed is as old as it says, not as its answer"
