"""Imports go one way: collectors, layouts, dashboards, config, commands, app. Some libraries are known to one file."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("collectors", "layouts", "dashboards", "config", "commands", "app")
OURS = {*LAYERS, "demo", "supervisor", "tests", "cities"}
ONLY_IN = {
    "redis": {"collectors/store.py"},
    "duckdb": {"collectors/history.py"},
    "yaml": {"config/sheet.py"},
    "apscheduler": {"collectors/schedule.py"},
    "uvicorn": {"dashboards/door.py", "dashboards/serve.py", "dashboards/wire.py"},
}


def files() -> list[Path]:
    folders = [ROOT / name for name in (*LAYERS, "demo")]
    return sorted([ROOT / "app.py", ROOT / "supervisor.py", *(file for each in folders for file in each.rglob("*.py"))])


@cache
def imported(file: Path) -> frozenset[str]:
    """The dotted names a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found.add(node.module or "")
    return frozenset(found)


def tops(file: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(file)}


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_go_one_way(file: Path) -> None:
    layer = file.relative_to(ROOT).parts[0].removesuffix(".py")
    ours = tops(file) & OURS
    if layer == "demo":
        assert ours <= {"demo"}, "the demo city is another city's server"
    elif layer == "supervisor":
        assert not ours
    elif layer in ("app", "commands"):
        assert ours <= {*LAYERS[: LAYERS.index(layer) + 1], "supervisor", *(["demo"] if layer == "app" else [])}
    else:
        assert ours <= set(LAYERS[: LAYERS.index(layer) + 1]), f"{layer} imports {ours}"


@pytest.mark.parametrize("library", list(ONLY_IN))
def test_a_library_is_known_to_its_own_file_alone(library: str) -> None:
    using = {str(file.relative_to(ROOT)) for file in files() if library in tops(file)}
    assert using == ONLY_IN[library]


def test_layouts_are_pure_and_know_no_store_and_no_callbacks() -> None:
    for file in (ROOT / "layouts").rglob("*.py"):
        names = imported(file)
        assert not names & {"collectors.store", "collectors.schedule", "asyncio", "aiohttp"}, file
        assert "callback" not in file.read_text(encoding="utf-8"), file


def test_reading_the_citys_file_loads_no_pandas() -> None:
    """The web process and `check` start quickly."""
    seen: set[str] = set()
    waiting = ["config", "dashboards.live", "dashboards.pages", "dashboards.api", "collectors.districts"]
    while waiting:
        name = waiting.pop()
        path = ROOT / name.replace(".", "/")
        found = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
        if name in seen or not found.exists():
            continue
        seen.add(name)
        parents = [name.rpartition(".")[0]] if "." in name else []
        more = imported(found)
        assert "pandas" not in {each.partition(".")[0] for each in more}, found
        waiting += [*parents, *(each for each in more if each.partition(".")[0] in OURS)]
    assert len(seen) > 30
