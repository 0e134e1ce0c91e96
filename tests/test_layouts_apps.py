"""The applications tile: a cell each, and a shape and words for all that is not up."""

from __future__ import annotations

import pytest

from layouts.needs import needs
from tests.layout_samples import apps, city, not_up
from tests.test_layouts_tiles import WORDS, key, shown


def test_apps_have_a_cell_each_and_name_every_abnormal_one() -> None:
    props = shown("apps", apps=apps("alarm", bad=40))
    assert key(props, "public-cells", "cells") == "x" * 40 + "1" * 71
    assert key(props, "public-count") == "71/111 layanan publik"
    assert key(props, "names", "data-fit") == "40"
    assert key(props, "name0-name") == "App 0"
    assert key(props, "tag") == "40 mati"
    assert key(props, "calm", "hidden") == ""
    assert key(props, "names", "data-many") == ""
    assert key(shown("apps", apps=apps("watch", bad=2)), "names", "data-many") is None


def test_maintenance_has_its_own_mark_shape_and_word_and_the_rest_is_still_calm() -> None:
    cells = [{"id": "a", "name": "A", "group": "public", "status": "maintenance", "latency_ms": 90}]
    until = "2025-12-16T20:00:00Z"
    named = [not_up("a", "maintenance", until=until), not_up("b", "maintenance", until="2025-12-20T20:00:00Z")]
    props = shown("apps", apps=apps(cells=cells, abnormal=[*named, not_up("c", "maintenance")], maintenance=3))
    assert (key(props, "public-cells", "cells"), key(props, "public-count")) == ("m", "0/1 layanan publik")
    assert [key(props, f"name{i}-status") for i in range(3)] == [
        "pemeliharaan sampai 03.00",
        "pemeliharaan sampai 21\u00a0Des\u00a003.00",
        "pemeliharaan",
    ]
    assert (key(props, "name0-shape", "class"), key(props, "name0-age", "data-since")) == ("i i-maintenance", None)
    assert (key(props, "calm", "hidden"), key(props, "calm-now")) == (None, "Lainnya menjawab")
    props = shown("apps", apps=apps("watch", abnormal=[not_up("d", "down"), *named]))
    assert key(props, "calm", "hidden") == ""
    assert key(shown("apps"), "calm-now") == "Semua menjawab"


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (5, "sertifikat habis 5 hari lagi"),
        (1, "sertifikat habis besok"),
        (0, "sertifikat habis hari ini"),
        (-3, "sertifikat sudah habis"),
    ],
)
def test_a_certificate_about_to_end_is_said_in_days(days: int, said: str) -> None:
    cells = [
        {"id": id_, "name": id_, "group": "public", "status": "up", "latency_ms": 90, "certificate_days": left}
        for id_, left in (("laksa", days), ("b", None))
    ]
    ending = not_up("laksa", "up", certificate_days=days)
    reading = apps("watch", cells=cells, abnormal=[ending], up=2, total=2, expiring=1)
    props = shown("apps", apps=reading)
    assert (key(props, "name0-status"), key(props, "name0-age", "data-since")) == (said, None)
    assert key(props, "tag") == "1 sertifikat"
    assert (key(props, "name0", "class"), key(props, "name0-shape", "class")) == (
        "item certificate degraded",
        "i i-watch",
    )
    assert (key(props, "up"), key(props, "public-cells", "cells")) == ("2", "d1"), "it answers, and is marked"
    assert key(props, "public-count") == "2/2 layanan publik"
    need = needs(city(apps=reading), WORDS)[0]
    assert (need.head, need.detail) == (f"Laksa: {said}", "2/2 menjawab")


def test_certificates_are_counted_apart_from_what_is_degraded() -> None:
    ending = [not_up(name, "up", certificate_days=3) for name in "ab"]
    both = apps("watch", abnormal=[not_up("c", "degraded"), *ending], degraded=1, expiring=2)
    assert key(shown("apps", apps=both), "tag") == "1 terganggu, 2 sertifikat"
    assert needs(city(apps=both), WORDS)[0].head == "C terganggu"
    only = apps("watch", abnormal=ending, expiring=2)
    assert needs(city(apps=only), WORDS)[0].head == "2 sertifikat segera habis"


def test_an_application_on_trial_is_told_as_such() -> None:
    props = shown("apps", apps=apps("watch", abnormal=[not_up("a", "down", stage="trial")], down=1))
    assert key(props, "name0-status") == "mati · uji coba"


def test_a_reading_of_an_earlier_version_is_still_shown() -> None:
    old = apps("watch", bad=2)
    assert not {"maintenance", "expiring"} & old.keys()
    assert key(shown("apps", apps=old), "tag") == "2 mati"


@pytest.mark.parametrize("total", [1, 50, 174, 400, 2000])
def test_a_mosaic_of_any_number_has_enough_rows(total: int) -> None:
    cells = [{"id": str(i), "name": str(i), "group": "public", "status": "up", "latency_ms": 1} for i in range(total)]
    props = shown("apps", apps=apps(cells=cells, total=total, up=total))
    rows, columns = int(key(props, "mosaic", "--rows") or 0), int(key(props, "mosaic", "--columns") or 0)
    assert rows * columns >= total
    assert columns <= 3.8 * rows


def test_the_cells_of_many_failures_make_room_for_their_names() -> None:
    calm, bad = shown("apps", apps=apps("watch", bad=6)), shown("apps", apps=apps("alarm", bad=7))
    assert int(key(bad, "mosaic", "--rows") or 0) < int(key(calm, "mosaic", "--rows") or 0)
