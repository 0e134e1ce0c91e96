"""A city's exports become history: as they are written here, once however often, without anything of a person."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors import rollup
from collectors.districts import Districts
from collectors.facts import BEDS, CHECKS, COMPLAINTS, HOURS, OUTAGES, TABLES, TRAFFIC, WATER
from collectors.imports import importing
from collectors.imports.csv_file import CsvFile, NotCsvError
from collectors.imports.fields import Place
from collectors.imports.importing import Done, Import
from collectors.imports.kinds import KINDS
from collectors.imports.names import NAMES
from collectors.imports.progress import Progress
from collectors.source import Area, City
from collectors.writing import Writing
from tests.chronicling import check_row, filed, put

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
CIPONDOH = "36.71.05.1002"


@pytest.fixture
def history(tmp_path: Path) -> Writing:
    return Writing(tmp_path / "history")


@pytest.fixture
def place(city: City, districts: Districts) -> Place:
    return Place(city.timezone, NOW, city.bounds, districts)


def table(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def imported(
    history: Writing, path: Path, area: Area, place: Place, source: str = "old", **mapped: str
) -> tuple[Import, Done]:
    work = Import(history, path, area, source, place, mapped)
    return work, work.run(lambda done: None)


PENGADUAN = f"""No Tiket;Tanggal Aduan;Tgl Selesai;Tindak Lanjut;Status;Kategori;OPD;Kanal;Nama Pelapor;No HP;\
Isi Aduan;Kode Kelurahan;Latitude;Longitude
T-1;20/11/2026 08:15;21/11/2026 10:15;;Selesai;Jalan rusak;Dinas PUPR;Aplikasi;Budi Santoso;0812-3456-7890;"Baris satu
baris ""dua""; ya";{CIPONDOH.replace(".", "")};;
T-2;2026-11-21T01:00:00Z;;;Menunggu;Sampah;Pak Amir 081234567890;Hubungi budi@mail.example;Budi;;;;-6,1783;106,6319
T-3;31/02/2026;;;Selesai;Sampah;DLH;Aplikasi;Budi Santoso;0812-3456-7890;x;;;
;20/11/2026 08:15;;;Selesai;Sampah;DLH;Aplikasi;Budi;0;x;;;

T-4;22 Nopember 2026 07.30 WIB;;;Entahlah;Lampu;DLH;WA;Budi;0;x;99.99;;
T-5;22-11-2026;;;Proses;Lampu;DLH;WA;Budi;0;x;;;;;lebih
"""


def test_an_export_in_indonesian_is_read_row_by_row_and_what_cannot_be_is_told_with_its_line(
    history: Writing, tmp_path: Path, place: Place
) -> None:
    path = table(tmp_path / "pengaduan.csv", PENGADUAN)
    work, done = imported(history, path, "complaints", place)
    columns = "id, status, category, agency, channel, requested, finished, finish_s, subdistrict, district, day, hour"
    first, second, fourth = filed(history, COMPLAINTS, columns)
    assert first[:5] == ("T-1", "done", "Jalan rusak", "Dinas PUPR", "Aplikasi")
    assert (first[5], first[7]) == (datetime(2026, 11, 20, 1, 15), 26 * 3600)  # noqa: DTZ001  as DuckDB gives it
    assert (first[8], first[9], first[11]) == (CIPONDOH, CIPONDOH[:8], 8)
    assert second[:5] == ("T-2", "waiting", "Sampah", None, "Hubungi •••")
    assert second[8] is not None and second[8].startswith("36.71.")
    assert fourth[:4] == ("T-4", "unknown", "Lampu", "DLH")
    assert (done.rows, done.rejected) == (3, 3)
    assert [line for line, _ in done.first] == [5, 6, 9]
    assert done.first[0][1].startswith("created: ")
    assert done.first[1][1] == "no id"
    assert done.first[2][1] == "16 cells where the heading has 14"
    assert done.unread["status"] == [1, 8, "not a known status: 'Entahlah'"]
    assert done.unread["subdistrict"][:2] == [1, 8]
    assert filed(history, COMPLAINTS, "DISTINCT source, demo") == [("old", False)]
    report = "\n".join(work.report())
    assert "3 rows are in the history, 3 could not be read" in report
    assert "line 5: created: " in report


def test_columns_that_could_name_a_person_are_never_read_nor_written_anywhere(
    history: Writing, tmp_path: Path, place: Place
) -> None:
    imported(history, table(tmp_path / "pengaduan.csv", PENGADUAN), "complaints", place)
    seeded = ("Budi", "0812", "mail.example", "Baris satu", "6,1783", "106,6319", "Amir")
    kept = " ".join(map(str, filed(history, COMPLAINTS)))
    for path in tmp_path.rglob("*"):
        if path.is_file() and path.name != "pengaduan.csv" and path.suffix != ".parquet":
            kept += path.read_text(encoding="utf-8")
    assert not [part for part in seeded if part in kept]
    refused = tmp_path / "pengaduan.csv.rejected.csv"
    rows = list(csv.DictReader(refused.read_text(encoding="utf-8").splitlines()))
    assert [row["line"] for row in rows] == ["5", "6", "9"]
    assert rows[0]["id"] == "T-3"
    assert refused.stat().st_mode & 0o077 == 0
    fields = {name for kinds in KINDS.values() for kind in kinds for name in kind.fields}
    assert not fields & {"description", "address", "title", "phone", "email", "reporter", "headline"}
    assert set(NAMES.values()) == fields


def test_the_same_file_again_changes_nothing_and_says_when_it_was_taken_in(
    history: Writing, tmp_path: Path, place: Place
) -> None:
    path = table(tmp_path / "pengaduan.csv", PENGADUAN)
    imported(history, path, "complaints", place)
    before, files = filed(history, COMPLAINTS), sorted(tmp_path.rglob("*"))
    again, done = imported(history, path, "complaints", place)
    assert done.over is not None
    assert (filed(history, COMPLAINTS), sorted(tmp_path.rglob("*"))) == (before, files)
    again.note.unlink()
    imported(history, path, "complaints", place)
    assert filed(history, COMPLAINTS) == before, "not even where nobody knows any more that it was"
    other, _ = imported(history, table(tmp_path / "b.csv", PENGADUAN), "complaints", place, "another")
    assert other.done.rows == 3
    assert len(filed(history, COMPLAINTS)) == 2 * len(before), "under another source's name it is another's"


def many(path: Path, count: int) -> Path:
    rows = [
        f"T-{n},{(NOW - timedelta(hours=3 * (n * 7 % count))).isoformat() if n % 10 else 'nonsense'},{n % 3}"
        for n in range(count)
    ]
    return table(path, "\n".join(["id,created,reopened", *rows]) + "\n")


@pytest.mark.patient
def test_stopped_at_any_point_it_goes_on_there_and_ends_as_if_it_had_not_been(
    tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 20)
    monkeypatch.setattr(importing, "BLOCK", 10)
    path = many(tmp_path / "many.csv", 120)
    whole = Writing(tmp_path / "whole")
    _, done = imported(whole, path, "complaints", place)
    expected, refused = filed(whole, COMPLAINTS), (tmp_path / "many.csv.rejected.csv").read_text(encoding="utf-8")
    assert (done.rows, done.rejected, len(expected)) == (108, 12, 108)
    (tmp_path / "many.csv.rejected.csv").unlink()
    history = Writing(tmp_path / "history")
    seen: list[int] = []

    class Stopped(Exception):
        pass

    def stop_later(done: Done) -> None:
        seen.append(done.offset)
        if len(seen) % 2 == 0:
            raise Stopped

    def stop_early(*_: Any) -> None:
        raise Stopped

    for attempt in range(40):
        work = Import(history, path, "complaints", "old", place, {})
        if attempt % 3 == 1:  # after the rows were written, before it is noted that they are
            monkeypatch.setattr(work, "keep", stop_early)
        try:
            done = work.run(stop_later)
        except Stopped:
            continue
        break
    assert done.over
    assert attempt > 2
    assert (done.rows, done.rejected) == (108, 12)
    assert filed(history, COMPLAINTS) == expected
    assert (tmp_path / "many.csv.rejected.csv").read_text(encoding="utf-8") == refused


def test_what_the_room_knows_better_stays(history: Writing, tmp_path: Path, place: Place) -> None:
    row = dict.fromkeys(COMPLAINTS.columns) | {
        "source": "old", "id": "T-1", "requested": "2026-11-20 01:15:00", "updated": "2026-11-24 00:00:00",
        "status": "waiting", "demo": False,
    }  # fmt: skip
    put(history, COMPLAINTS, row)
    imported(history, table(tmp_path / "pengaduan.csv", PENGADUAN), "complaints", place)
    assert filed(history, COMPLAINTS, "id, status")[0] == ("T-1", "waiting")
    assert len(filed(history, COMPLAINTS)) == 3


def test_a_column_of_any_name_is_what_a_person_says_it_is(history: Writing, tmp_path: Path, place: Place) -> None:
    path = table(tmp_path / "x.csv", "Kode,Kapan,Keadaan\n7,2026-11-20,Selesai\n")
    with pytest.raises(NotCsvError, match=r"no column is known to be id and created.*Kode, Kapan, Keadaan.*--map"):
        Import(history, path, "complaints", "old", place, {})
    for mapped, said in (({"Kode": "nomor"}, "there is no field 'nomor'"), ({"kode": "id"}, "no column 'kode'")):
        with pytest.raises(NotCsvError, match=said):
            Import(history, path, "complaints", "old", place, mapped)
    imported(history, path, "complaints", place, Kode="id", Kapan="created")
    assert filed(history, COMPLAINTS, "id, status") == [("7", "done")]


def test_traffic_with_its_beginning_and_end(history: Writing, tmp_path: Path, place: Place) -> None:
    text = """id,mulai,berakhir,jenis,ruas jalan,terverifikasi,tingkat,lat,lon
R1,24/11/2026 07:00,24/11/2026 07:40,Kecelakaan,Jalan Daan Mogot,ya,3,-6.1783,106.6319
R2,24/11/2026 08:00,,macet,Jl. Sudirman 081234567890,belum,,0,0
R3,24/11/2030 08:00,,macet,Jl. Sudirman,belum,,0,0
"""
    _, done = imported(history, table(tmp_path / "jalan.csv", text), "traffic", place)
    columns = "id, kind, road, verified, level, open_s, subdistrict IS NULL"
    assert filed(history, TRAFFIC, columns) == [
        ("R1", "accident", "Jalan Daan Mogot", True, 3, 2400, False),
        ("R2", "jam", "Jl. Sudirman •••", False, None, None, True),
    ]
    assert done.rejected == 1


def test_beds_by_class_and_the_number_that_follows_from_the_others(
    history: Writing, tmp_path: Path, place: Place
) -> None:
    text = """waktu,kode rs,nama rs,kelas,kapasitas,kosong,terisi
2026-11-24 07:00,R1,RS Contoh,ICU,10,3,
2026-11-24 07:00,R1,RS Contoh,III,20,,15
2026-11-24 07:00,R1,RS Contoh,iii,20,,15
2026-11-24 07:00,R1,RS Contoh,III,20,1,19
2026-11-24 08:00,R1,RS Contoh,ICU,10,banyak,
2026-11-24 08:00,R2,,,,,
"""
    _, done = imported(history, table(tmp_path / "tt.csv", text), "beds", place)
    columns = "moment, hospital_id, hospital, unit, bed_class, capacity, free, occupied, reporting, rooms_unknown"
    found = [row[1:] for row in filed(history, BEDS, columns)]
    assert found == [
        ("R1", "RS Contoh", "icu", "ICU", 10, 3, 7, True, 0),
        ("R1", "RS Contoh", "inpatient", "III", 20, 5, 15, True, 0),
        ("R1", "RS Contoh", "icu", "ICU", 10, None, None, True, 1),
        ("R2", "R2", "unreported", "", None, None, None, False, 1),
    ]
    assert done.first == [(5, "the same moment, hospital_id, class, unit as in line 3")]
    assert done.unread["free"][0] == 1


def test_water_in_metres_or_centimetres(history: Writing, tmp_path: Path, place: Place) -> None:
    text = "waktu\tpos\tsungai\ttma m\tsiaga\n24/11/2026 07:00\tP1\tCisadane\t1,25\t3\n24/11/2026 07:10\tP1\t\t\t\n"
    imported(history, table(tmp_path / "air.csv", text), "water", place)
    assert filed(history, WATER, "post, name, river, level_cm, siaga, reporting") == [
        ("P1", "P1", "Cisadane", 125, 3, True), ("P1", "P1", None, None, None, False),
    ]  # fmt: skip


def test_checks_are_summed_and_their_outages_found_whatever_their_order_and_wherever_they_are_cut(
    history: Writing, tmp_path: Path, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 37)
    monkeypatch.setattr(importing, "BLOCK", 10)
    start = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    truth = [
        check_row(start + timedelta(minutes=minute), app, "down" if 20 <= minute < 55 and app == "a" else "up", minute)
        for minute in range(150)
        for app in ("a", "b")
    ]
    known = [row for row in truth if row["moment"] < "2026-11-23 23:00:00"]
    put(history, CHECKS, *known)
    put(history, HOURS, *rollup.hours(known))
    put(history, OUTAGES, *rollup.outages(known))
    shuffled = sorted(truth, key=lambda row: (row["moment"][-4:], row["app"]))
    lines = [
        f"{row['moment']}Z,{row['app']},{row['status']},{'' if row['latency_ms'] is None else row['latency_ms']}"
        for row in shuffled
    ]
    path = table(tmp_path / "cek.csv", "\n".join(["waktu,aplikasi,status,latency", *lines]))
    _, done = imported(history, path, "apps", place)
    assert (done.rows, done.days) == (300, [])
    assert filed(history, CHECKS, "count(*), count(DISTINCT (moment, app))") == [(300, 300)]
    columns = ("app", "checks", "up", "down", "latency_n", "latency_sum", "latency_p95", "latency_max")
    assert filed(history, HOURS, ", ".join(columns)) == sorted(
        tuple(row[name] for name in columns) for row in rollup.hours(truth)
    )
    assert filed(history, OUTAGES, "app, began, checks") == [
        ("a", datetime(2026, 11, 23, 22, 50), 10), ("a", datetime(2026, 11, 23, 23), 25),  # noqa: DTZ001
    ]  # fmt: skip


def test_hours_and_outages_that_others_have_summed(history: Writing, tmp_path: Path, place: Place) -> None:
    text = "moment,app,checks,up,degraded,down,maintenance,latency mean\n2026-11-24T00:00:00Z,a,60,50,0,10,0,120\n"
    imported(history, table(tmp_path / "hours.csv", text), "apps", place)
    assert filed(history, HOURS, "app, checks, up, down, latency_n, latency_sum") == [("a", 60, 50, 10, 50, 6000)]
    text = "app,began,ended\na,2026-11-24T00:50:30Z,2026-11-24T02:10:00Z\n"
    imported(history, table(tmp_path / "outages.csv", text), "apps", place)
    assert filed(history, OUTAGES, "began, checks, status") == [
        (datetime(2026, 11, 24, 0, 50), 10, "down"), (datetime(2026, 11, 24, 1), 60, "down"),  # noqa: DTZ001
        (datetime(2026, 11, 24, 2), 10, "down"),  # noqa: DTZ001
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04rest of a workbook", "workbook of Excel"),
        ("id,created\n1,2026-11-20\n".encode("utf-16"), "UTF-8"),
        (b"\n\n\n", "is empty"),
        (b"just a line of text", "no column is known"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(
    history: Writing, tmp_path: Path, place: Place, content: bytes, said: str
) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(NotCsvError, match=said):
        Import(history, tmp_path / "x.csv", "complaints", "old", place, {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_files_of_excel_and_of_windows_are_read(history: Writing, tmp_path: Path, place: Place, encoding: str) -> None:
    path = table(tmp_path / "x.csv", "id;created;kategori\r\n1;2026-11-20;Café – rusak\r\n", encoding)
    imported(history, path, "complaints", place)
    assert filed(history, COMPLAINTS, "id, category") == [("1", "Café – rusak")]


CELLS = st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CELLS, max_size=12), st.integers(1, 5), st.binary(max_size=20))
def test_every_row_is_read_or_refused_whatever_stands_in_the_file(
    tmp_path: Path, rows: Sequence[Sequence[str]], most: int, rubbish: bytes
) -> None:
    path = tmp_path / "x.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["id", "created", "status"])
        csv.writer(file).writerows(rows)
    with path.open("ab") as raw:
        raw.write(rubbish)
    try:
        file_ = CsvFile(path)
    except NotCsvError:
        assert b"\x00" in path.read_bytes()
        return
    at_once = [row for each in file_.rows(file_.start, file_.line, 10_000) for row in (*each.cells, *each.refused)]
    found: list[Any] = []
    offset, line = file_.start, file_.line
    while True:  # as if it were stopped after every few
        some = next(file_.rows(offset, line, most), None)
        if some is None:
            break
        assert len(some.cells) == len(some.lines)
        assert offset < some.offset <= file_.size
        found += [*some.cells, *some.refused]
        offset, line = some.offset, some.line
    assert sorted(map(str, found)) == sorted(map(str, at_once))


def test_who_watches_sees_a_bar_with_rows_share_rate_and_the_time_that_is_left() -> None:
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as terminal, os.fdopen(ours, "rb", buffering=0) as screen:
        progress = Progress(terminal, "x.csv")
        progress.began -= 10.0
        progress(0.0, 0)
        progress.told = 0.0
        progress(0.25, 1000)
        progress(1.0, 4000)
        progress.end()
        seen = ""
        while "4,000 rows" not in seen:
            seen += screen.read(4096).decode()
    lines = seen.split("\r")
    assert any(" 25%  1,000 rows  100/s  30 s left" in line and "[#######..." in line for line in lines), seen
    assert "100%  4,000 rows" in seen
    assert "left" not in next(line for line in lines if "100%" in line)


def run(*words: str, var: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "app.py", *words], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100,
        env={**os.environ, "LIVEROOM_VAR": str(var), **environment},
    )  # fmt: skip


@pytest.mark.patient
def test_the_command_says_how_far_it_is_what_it_refused_and_waits_its_turn(tmp_path: Path) -> None:
    path = many(tmp_path / "many.csv", 100)
    other = Writing(tmp_path / "history")
    released = threading.Event()

    def hold() -> None:
        with other.alone():
            released.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    threading.Timer(2.0, released.set).start()
    found = run("import", "complaints", str(path), "--source", "lama", var=tmp_path)
    holder.join()
    assert released.is_set()
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines()[0] == "many.csv: 90 rows are in the history, 10 could not be read."
    assert "line 2: created: not a time: 'nonsense'" in found.stdout
    assert "complaints of lama; id = id, created = created, reopened = reopened; 0 other columns" in found.stderr
    assert "100%  90 rows" in found.stderr
    assert "\r" not in found.stderr, "no bar where nobody watches"
    assert filed(other, COMPLAINTS, "count(*), min(source)") == [(90, "lama")]
    again = run("import", "complaints", str(path), "--source", "lama", var=tmp_path)
    assert "was taken in already, 90 rows" in again.stdout
    for words, said in (
        (("import", "weather", str(path)), "invalid choice"),
        (("import", "beds", str(path)), "no column is known to be moment and hospital_id"),
    ):
        wrong = run(*words, var=tmp_path)
        assert wrong.returncode == 2
        assert said in wrong.stderr
        assert "Traceback" not in wrong.stderr


def test_every_field_goes_into_a_column_of_its_table(place: Place) -> None:
    for kinds in KINDS.values():
        for kind in kinds:
            empty: Mapping[str, list[Any]] = {name: [] for name in kind.fields}
            made = kind.rows(empty, 0, place)
            assert made.keys() <= kind.table.columns.keys()
            assert kind.table in TABLES.values()
