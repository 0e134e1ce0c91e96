"""Whose something is: one agency under all its spellings, one address for its page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.owners import Owner, Owners, plain, slug

CITY = "Kota Tangerang"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Dinkes", "dinkes"),
        ("  DINKES. ", "dinkes"),
        ("Dinas Kesehatan Kota Tangerang", "dinas-kesehatan"),
        ("Diskominfo · UPT PRKK", "diskominfo-upt-prkk"),
        ("Kota Tangerang", "kota-tangerang"),
        ("Señalización", "senalizacion"),
        ("–", ""),
        ("", ""),
    ],
)
def test_a_name_is_compared_without_case_accents_signs_and_the_city(name: str, found: str) -> None:
    assert slug(name, CITY) == found


def test_a_name_of_another_script_has_a_page_too() -> None:
    assert slug("衛生局") != slug("警察局")
    assert slug("衛生局").startswith("x")


@given(st.text(max_size=60))
def test_a_slug_is_its_own_slug_and_fits_an_address(name: str) -> None:
    found = slug(name)
    assert plain(found) == found
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_spellings_are_joined_by_the_citys_file_and_others_stay_apart() -> None:
    owners = Owners([Owner(slug="kominfo", name="Diskominfo", aliases=("UPT PRKK",))], CITY)
    names = ["diskominfo", "UPT PRKK Kota Tangerang", "Kominfo", "Dishub", "DISHUB", None, "–"]
    assert [owners.slug(name) for name in names] == ["kominfo", "kominfo", "kominfo", "dishub", "dishub", "", ""]
    assert {key: owner.name for key, owner in owners.known(names).items()} == {
        "kominfo": "Diskominfo",
        "dishub": "Dishub",
    }
