"""Nobody is named in what tiles, pages and the API show, wherever a source put the name's telephone, e-mail or NIK."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import Any, get_args
from xml.etree.ElementTree import Element, SubElement

import pytest

from collectors.environment import logins
from collectors.health import SourceHealth
from collectors.personal import MASK, impersonal, is_personal, masked
from collectors.records import FIELDS, Batch, CollectError, Complaint, Record, Rejected
from collectors.rejects import rejected
from tests.records import NOON, beds, check, complaint, level, report, source

PERSONAL = (
    "081234567890", "0812-3456-7890", "0812 3456 789", "+62 812 3456 7890", "6281234567890", "(021) 5555 0100",
    "budi@mail.example", "b.santoso+laksa@dinas.tangerang.example", "3671010101010001",
)  # fmt: skip
HARMLESS = (
    "Jl. Raya Serang KM 12", "05-11-2026 08.00", "2025-12-16 07:07", "RW 05 RT 012", "RSUD 0001R001", "127.0.0.1:8051",
    "status 503", "10.000", "Jl. MH Thamrin 1", "-6.178306", "12504-2026", "A-1627",
    "0.1234567890123456", "1234567890123456.5", "12:081-5555",
)  # fmt: skip


@pytest.mark.parametrize("text", PERSONAL)
def test_what_names_a_person_is_masked_wherever_it_stands(text: str) -> None:
    for said in (
        text,
        f"Lapor ke {text}",
        f"{text}, pak",
        f"({text})",
        f"Hubungi {text}.",
        f"WA:{text}",
        f"Telp.{text}",
    ):
        assert is_personal(said)
        assert MASK in masked(said) and text not in masked(said)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_names_nobody_stays_as_it_is(text: str) -> None:
    assert not is_personal(text)
    assert masked(text) == text


def test_every_shown_text_of_every_kind_of_record_is_masked() -> None:
    def shown(one: Record) -> dict[str, Any]:
        return dict.fromkeys(FIELDS[type(one)].shown, "Budi 081234567890")

    records = (complaint("1"), beds("1"), report("1"), check("1"), level("1"))
    told = tuple(replace(one, **shown(one)) for one in records)
    assert {type(one) for one in told} == set(get_args(Record))
    for record in impersonal(Batch(told, NOON, complete=True)).records:
        assert "0812" not in repr(record)


def test_an_agency_that_names_a_person_is_none() -> None:
    found = impersonal(Batch((complaint("1", agency="Bapak Budi 081234567890"),), NOON, complete=True))
    assert isinstance(one := found.records[0], Complaint)
    assert one.agency is None


def test_a_reason_and_a_sample_name_nobody() -> None:
    told = Rejected("no time for budi@mail.example", "id=081234567890")
    assert impersonal(Batch((), NOON, True, (told,))).rejected[0] == Rejected(f"no time for {MASK}", f"id={MASK}")


REPORTED = {"guid": "A1", "status": "baru", "pelapor": "Budi", "author": "Budi", "nama": "Budi", "uraian": "Pak Budi"}


def test_the_sample_of_a_row_has_its_short_fields_and_nobody_who_reported_it() -> None:
    assert rejected("no time", REPORTED).sample == "guid=A1, status=baru"


def test_a_row_of_xml_is_told_by_its_fields_like_one_of_json() -> None:
    item = Element("item", {"no": "7"})
    for name, text in REPORTED.items():
        SubElement(item, f"{{https://city.example/ns}}{name}").text = text
    SubElement(SubElement(item, "place"), "lat").text = "-6.2"
    assert rejected("no time", item).sample == "no=7, guid=A1, status=baru"


def test_what_a_publisher_says_of_an_error_tells_neither_our_login_nor_a_person() -> None:
    url = "http://petugas:S3KR3TPASS@127.0.0.1:1/feed"
    basic = b64encode(b"petugas:S3KR3TPASS").decode()
    health = SourceHealth(source(url=url))
    health.failed(CollectError(f"x: status 500: auth Basic {basic} of petugas S3KR3TPASS, call 081234567890"), NOON)
    assert health.error is not None
    assert not [one for one in (basic, "S3KR3TPASS", "petugas", "0812") if one in health.error]


def test_an_address_without_a_login_hides_nothing() -> None:
    assert logins("http://127.0.0.1:1/feed") == ()
    assert logins("not an address [") == ()
