"""Keys of mapped sources whose value comes from the environment: a mistake in one never tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.broken_configs import Broken
from tests.test_config import SECRET, loaded, mistakes, written


@pytest.mark.parametrize(
    "key",
    [
        "preset: ${SECRET}",
        "format: ${SECRET}",
        "rows: ${SECRET}..",
        "fields: {id: '${SECRET}..', created: c}",
        "fields: ${SECRET}",
        "fixed: {ward: '${SECRET}'}",
        "statuses: {a: '${SECRET}'}",
        "zone: ${SECRET}",
        "time_format: ${SECRET}",
        "headers: {'X Key': '${SECRET}'}",
        "headers: '${SECRET}'",
        "headers_env: {X-Key: 'Bearer ${SECRET}'}",
        "pages: ${SECRET}",
        "page_size: ${SECRET}",
    ],
)
def test_a_value_from_the_environment_is_never_told(tmp_path: Path, key: str) -> None:
    broken = Broken("secret", ("collector: open311", "collector: mapped_json"), ("page_size: 100", key))
    told = "\n".join(mistakes(written(tmp_path, broken), {"BASE": "http://127.0.0.1:1", "SECRET": SECRET}))
    assert told
    assert SECRET not in told


def test_a_preset_and_what_overrides_it_are_read_from_the_citys_file(tmp_path: Path) -> None:
    lines = "preset: seeclickfix\n    pages: none\n    fields: {agency: org}\n    channel: web\n    whole: true"
    config = loaded(tmp_path, ("collector: open311", "collector: mapped_json"), ("page_size: 100", lines))
    held = config.sources[0].settings.model_dump()
    assert (held["rows"], held["pages"], held["channel"], held["whole"]) == ("issues", "none", "web", True)
    assert (held["fields"]["agency"], held["fields"]["lon"]) == ("org", "lng")
