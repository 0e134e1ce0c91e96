"""By which names the columns of exports go, in Indonesian and English, and which of them are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collectors.imports.kinds import KINDS, Kind
from collectors.source import Area
from collectors.text import word

NAMES: Mapping[str, str] = {
    each: field
    for field, names in {
        "id": "id, no tiket, nomor tiket, no aduan, nomor aduan, no laporan, id laporan, ticket, ticket id, "
        "service request id, uuid, kode laporan",
        "created": "created, created at, requested, requested datetime, tanggal, tanggal aduan, tgl aduan, "
        "tanggal laporan, tgl laporan, tanggal masuk, tgl masuk, waktu laporan, dibuat, diterima",
        "updated": "updated, updated at, updated datetime, diperbarui, tanggal update, tgl update, terakhir diubah",
        "answered": "answered, answered at, ditindaklanjuti, tanggal tindak lanjut, tgl tindak lanjut",
        "closed": "closed, closed at, finished, finished at, selesai, tanggal selesai, tgl selesai, ditutup",
        "status": "status, state, keadaan, detailed status",
        "category": "category, kategori, jenis aduan, jenis laporan, service name, topik",
        "category_code": "category code, kode kategori, service code",
        "agency": "agency, agency responsible, opd, dinas, instansi, perangkat daerah, penanggung jawab",
        "channel": "channel, kanal, sumber laporan, media",
        "reopened": "reopened, dibuka lagi",
        "lat": "lat, latitude, lintang",
        "lon": "lon, lng, long, longitude, bujur",
        "subdistrict": "subdistrict, subdistrict code, kode kelurahan, kelurahan code, kode desa, kode wilayah",
        "kind": "kind, type, jenis, jenis kejadian, kejadian, event type",
        "started": "started, started at, start, mulai, waktu mulai, waktu kejadian, begin",
        "ended": "ended, ended at, end, berakhir, waktu selesai kejadian, akhir",
        "road": "road, street, jalan, ruas, ruas jalan, nama jalan",
        "level": "level, tingkat",
        "verified": "verified, terverifikasi, diverifikasi",
        "moment": "moment, time, timestamp, waktu, jam, as of, at, tanggal waktu",
        "hospital_id": "hospital id, kode rs, kdppk, id rs, kode rumah sakit, kode faskes",
        "hospital": "hospital, nama rs, rumah sakit, nama rumah sakit, nmppk, faskes",
        "class": "class, bed class, kelas, kode kelas, nama kelas",
        "unit": "unit, jenis ruang, ruangan",
        "capacity": "capacity, kapasitas, jumlah tt, tempat tidur, jumlah tempat tidur",
        "free": "free, kosong, tersedia, tt kosong, jumlah kosong",
        "occupied": "occupied, terisi, terpakai, tt terisi",
        "app": "app, app id, application, aplikasi, id aplikasi, service, layanan",
        "latency_ms": "latency ms, latency, response ms, response time ms, waktu respon ms, ms",
        "checks": "checks, jumlah pemeriksaan",
        "up": "up, hidup",
        "degraded": "degraded, terganggu",
        "down": "down, mati",
        "maintenance": "maintenance, pemeliharaan",
        "latency_mean": "latency mean, latency mean ms, mean ms, rata rata ms",
        "latency_p95": "latency p95, latency p95 ms, p95, p95 ms",
        "latency_max": "latency max, latency max ms, max ms",
        "began": "began, began at, down since",
        "post": "post, post id, pos, kode pos, id pos, pos pantau",
        "name": "name, post name, nama pos",
        "river": "river, sungai, kali",
        "level_cm": "level cm, tma cm, tma, tinggi cm, tinggi muka air cm",
        "level_m": "level m, tma m, tinggi m, tinggi muka air m",
        "siaga": "siaga, status siaga",
    }.items()
    for each in names.split(", ")
}
"""By which names a column may go, in lower case with blanks for _ and -."""


def columns_by_field(heads: Sequence[str], kind: Kind, mapped: Mapping[str, str]) -> dict[str, int]:
    """Where each field of a kind stands: first as a person says (column -> field), then by the column's name."""
    found = {field: heads.index(column) for column, field in mapped.items() if field in kind.fields}
    for position, head in enumerate(heads):
        named = NAMES.get(word(head))
        if named in kind.fields and named not in found and head not in mapped:
            found[named] = position
    return found


def kind_of(heads: Sequence[str], area: Area, mapped: Mapping[str, str]) -> tuple[Kind, dict[str, int]]:
    """What a file with these columns is, and where its fields stand. Raises ValueError with a sentence."""
    known = dict.fromkeys(field for kind in KINDS[area] for field in kind.fields)
    for column, name in mapped.items():
        if name not in known:
            raise ValueError(f"--map {column}={name}: there is no field {name!r}; there are {', '.join(known)}.")
        if column not in heads:
            raise ValueError(f"--map {column}={name}: there is no column {column!r}; there are {', '.join(heads)}.")
    for kind in KINDS[area]:
        found = columns_by_field(heads, kind, mapped)
        if kind.needs.keys() <= found.keys():
            return kind, found
    missing = " and ".join(name for name in kind.needs if name not in found)
    raise ValueError(
        f"no column is known to be {missing}; the file has {', '.join(heads)}. Say which it is: --map COLUMN=FIELD."
    )
