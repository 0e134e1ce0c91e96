"""What of a source's address is shown to people: enough to know the service, nothing that opens it."""

from __future__ import annotations

import pytest

from config.address import public_address
from config.sheet import Sheet

ENVIRONMENT = {
    "DEMO": "http://127.0.0.1:8051",
    "TOKEN": "hunter2",
    "FEED": "https://mayor:s3cret@feeds.example.id/hunter2/v1?token=hunter2",
}
UUID = "550e8400-e29b-41d4-a716-446655440000"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://api.example.id/open311/v2", "https://api.example.id/open311/v2"),
        ("https://api.example.id:8443/v2?format=1", "https://api.example.id:8443/v2?…"),
        ("https://mayor:s3cret@api.example.id/v2?token=hunter2#hunter2", "https://api.example.id/v2?…"),
        ("http://mayor:s3cret@[::1]:80/v2", "http://[::1]:80/v2"),
        (f"https://waze.example/partners/12/feeds/{UUID}?format=1", "https://waze.example/partners/12/feeds/…?…"),
        ("https://api.example.id/AbC123dEf456GhI789jK/beds", "https://api.example.id/…/beds"),
        ("https://hospital-bed-monitoring.example.id/hospital-bed-monitoring/rest",
         "https://hospital-bed-monitoring.example.id/hospital-bed-monitoring/rest"),
        ("${DEMO}/laksa/v2", "http://127.0.0.1:8051/laksa/v2"),
        ("https://api.example.id/${TOKEN}/v2", "https://api.example.id/…/v2"),
        ("https://${TOKEN}:${TOKEN}@api.example.id/v2", "https://api.example.id/v2"),
        ("${FEED}", "https://feeds.example.id/…"),
        ("${FEED}&page=1", "https://feeds.example.id/…&page=1"),
        ("${NONE:-https://mayor:s3cret@api.example.id/hunter2}/v2", "https://api.example.id/…/v2"),
        ("not an address hunter2", None),
    ],
)  # fmt: skip
def test_an_address_is_shown_without_its_secrets(written: str, shown: str | None) -> None:
    sheet = Sheet("city.yaml", ENVIRONMENT)
    place = ("sources", "x", "url")
    found = public_address(sheet, place, sheet.filled(written, place))
    assert found == shown
    assert not {"hunter2", "s3cret", "mayor"} & set((found or "").replace("@", "/").replace(":", "/").split("/"))
