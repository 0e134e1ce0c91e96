"""What the bench itself must do right: read frames, rank times, keep the page around its tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.wire import frame
from tests.bench.publish import AREAS, CHANGES
from tests.bench.report import BEGIN, END, Aim, Found, markdown, write_between_marks
from tests.bench.tally import latency
from tests.bench.viewers import frame_at, masked


@given(st.lists(st.binary(max_size=70_000), max_size=4), st.integers(min_value=0, max_value=20))
def test_a_simulated_viewer_reads_the_servers_frames_however_they_are_cut(texts: list[bytes], missing: int) -> None:
    data = b"".join(frame(text) for text in texts) + frame(b"x" * 20)[: 22 - 1 - missing]
    read, at = [], 0
    while (found := frame_at(data, at)) is not None:
        opcode, begin, at = found
        assert opcode == 1
        read.append(data[begin:at])
    assert read == texts


def test_a_clients_frame_is_masked_with_zeros_so_that_its_text_stands_in_it_as_it_is() -> None:
    assert masked(1, b"hello") == b"\x81\x85\0\0\0\0hello"
    assert masked(1, b"x" * 300)[:4] == b"\x81\xfe\x01\x2c"


def test_percentiles_are_values_that_were_measured() -> None:
    found = latency([float(value) for value in range(1, 101)])
    assert (found.p50, found.p99, found.longest) == (50.0, 99.0, 100.0)
    alone = latency([7.0])
    assert (alone.p50, alone.p99, alone.longest) == (7.0, 7.0, 7.0)


def test_every_area_can_be_changed() -> None:
    assert set(CHANGES) == set(AREAS)


def test_only_what_stands_between_the_marks_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_between_marks(page, "new\n")
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has no lines"):
        write_between_marks(page, "new\n")
    assert page.read_text(encoding="utf-8") == "nothing here\n"


def test_an_aim_says_whether_it_is_met() -> None:
    aims = [Aim("good", 1.0, 2, "ms"), Aim("bad", 30.5, 30, "µs")]
    text = markdown("make bench", [("machine", "this one")], [Found(aims, [])])
    assert "| good | 1.00 ms | ≤ 2 ms | met |" in text
    assert "| bad | 30.5 µs | ≤ 30 µs | **not met** |" in text
