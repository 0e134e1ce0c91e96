"""The shipped tables of the city: the published counts, and nothing invented that does not look invented."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from collectors.source import Application
from demo.tables import CITY, read_tables

TABLES = read_tables()
BOX = (106.5515, -6.2561, 106.7486, -6.0971)


def applications() -> list[dict[str, str]]:
    with (CITY / "applications.csv").open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_there_are_111_public_and_63_government_applications() -> None:
    assert Counter(row["group"] for row in applications()) == {"public": 111, "government": 63}


def test_every_application_has_its_own_id_and_address() -> None:
    rows = applications()
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(row["url"] == "${DEMO}/apps/" + row["id"] + "/" for row in rows)


def test_every_row_reads_as_an_application() -> None:
    for row in applications():
        given = {key: value for key, value in row.items() if value and key != "accept"}
        if row["accept"]:
            given["accept"] = row["accept"].split()  # type: ignore[assignment]
        assert Application.model_validate(given).name == row["name"]


def test_about_a_quarter_of_the_applications_speak_health_json() -> None:
    kinds = Counter(row["kind"] for row in applications())
    assert set(kinds) == {"http", "health+json"}
    assert 0.2 < kinds["health+json"] / 174 < 0.3


def test_every_plain_page_has_a_text_to_be_checked_for() -> None:
    assert all(bool(row["contains"]) == (row["kind"] == "http") for row in applications())


def test_names_that_are_not_documented_are_plainly_samples() -> None:
    samples = [row for row in applications() if row["id"].startswith("contoh-")]
    assert len(samples) == 126
    assert all(row["name"].startswith("Contoh Layanan ") and row["owner"].startswith("OPD Contoh") for row in samples)


def test_no_application_has_the_name_of_a_source() -> None:
    assert not {row["id"] for row in applications()} & {"laksa", "aplicares", "waze", "like-lantas", "applications"}


def test_35_hospitals_have_1404_beds_and_codes_that_are_made_up() -> None:
    hospitals = TABLES.hospitals
    assert len(hospitals) == 35
    beds = sum(sum(hospital.capacity.values()) - hospital.capacity["IGD"] for hospital in hospitals)
    assert beds == 1404
    assert 0.02 < sum(hospital.capacity["ICU"] for hospital in hospitals) / beds < 0.06
    assert all(hospital.code.startswith("0000R") for hospital in hospitals)


@pytest.mark.parametrize("kind", ["hospitals", "roads"])
def test_every_place_is_in_the_city(kind: str) -> None:
    west, south, east, north = BOX
    for place in getattr(TABLES, kind):
        assert west <= place.lon <= east and south <= place.lat <= north, place


def test_every_hospital_is_near_the_middle_of_its_subdistrict() -> None:
    centres = {subdistrict.code: subdistrict for subdistrict in TABLES.subdistricts}
    for hospital in TABLES.hospitals:
        centre = centres[hospital.subdistrict]
        assert abs(hospital.lat - centre.lat) < 0.002 and abs(hospital.lon - centre.lon) < 0.002


def test_the_weights_of_the_categories_are_percent() -> None:
    assert sum(category.weight for category in TABLES.categories) == 100


def test_a_missing_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"subdistricts\.csv"):
        read_tables(tmp_path)
