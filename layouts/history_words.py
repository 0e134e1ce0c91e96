"""The words for the history on the page of sources: key -> (Indonesian, English), part of `VOCABULARY`."""

from __future__ import annotations

HISTORY_WORDS: dict[str, tuple[str, str]] = {
    "history": ("Riwayat", "History"),
    "history_kept": (
        "Disimpan {days} hari; pemeriksaan aplikasi per menit {minute_days} hari.",
        "Kept for {days} days; checks of applications by the minute for {minute_days}.",
    ),
    "history_well": ("Ditulis {time}", "Written {time}"),
    "history_never": ("Belum pernah ditulis", "Never written yet"),
    "history_tidied": ("berkas diperiksa {time}", "files looked through {time}"),
    "history_fault": ("Tidak dapat ditulis sejak {time}", "Cannot be written since {time}"),
    "history_waits": (
        "Yang baru menunggu di Redis dan tidak hilang: sampel dua hari, perubahan tujuh hari.",
        "What is new waits in Redis and is not lost: samples for two days, changes for seven.",
    ),
    "history_files_alone": (
        "Redis tidak menjawab; halaman riwayat hanya memakai berkas.",
        "Redis does not answer; the pages of the past speak from files alone.",
    ),
    "history_aside": ("Berkas tidak terbaca, disisihkan: {n}", "Files that cannot be read, set aside: {n}"),
    "history_is": ("Isi", "What"),
    "history_time": ("Waktu", "Time"),
    "history_files": ("Berkas", "Files"),
    "history_size": ("Ukuran", "Size"),
    "history_none": ("Belum ada yang disimpan.", "Nothing is kept yet."),
    "history_brought": ("Dibawa masuk", "Brought in"),
    "history_rows": ("{n} baris", "{n} rows"),
    "history_rejected": ("{n} ditolak", "{n} rejected"),
    "history_under_way": ("sedang berjalan atau terhenti", "under way, or stopped"),
    "kept_complaints": ("Aduan", "Complaints"),
    "kept_traffic": ("Laporan lalu lintas", "Traffic reports"),
    "kept_beds": ("Tempat tidur, tiap 15 menit", "Beds, every 15 minutes"),
    "kept_checks": ("Pemeriksaan aplikasi, tiap menit", "Checks of applications, every minute"),
    "kept_hours": ("Pemeriksaan aplikasi, per jam", "Checks of applications, by the hour"),
    "kept_outages": ("Gangguan aplikasi", "Outages of applications"),
    "kept_water": ("Tinggi air, tiap 10 menit", "Water levels, every 10 minutes"),
    "megabytes": ("MB", "MB"),
    "kilobytes": ("kB", "kB"),
}
