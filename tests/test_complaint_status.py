"""The words of sources for the state of a complaint."""

from __future__ import annotations

import pytest

from collectors.complaint_status import complaint_status


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Open", "waiting"), ("MENUNGGU", "waiting"), ("PENDING", "waiting"), ("RECEIVED", "waiting"),
        ("In Progress", "in_progress"), ("IN_PROCESS", "in_progress"), ("in-progress", "in_progress"),
        ("proses", "in_progress"), ("acknowledged", "in_progress"),
        ("Closed", "done"), ("completed", "done"), ("selesai", "done"), ("PROCESSED", "done"), ("REJECTED", "done"),
        ("disposisi", "unknown"), ("", "unknown"), (None, "unknown"),
    ],
)  # fmt: skip
def test_words_are_understood_and_others_are_unknown(given: str | None, expected: str) -> None:
    assert complaint_status(given) == expected
