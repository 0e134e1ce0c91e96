"""The words for what visitors are not told: key -> (Indonesian, English), part of `VOCABULARY`."""

from __future__ import annotations

VISITOR_WORDS: dict[str, tuple[str, str]] = {
    "untold_report": ("Aduan", "Report"),
    "untold_agency": ("OPD lain", "Another agency"),
    "untold_channel": ("lainnya", "other"),
    "untold_class": ("Kelas lain", "Another class"),
    "untold_hospital": ("Rumah sakit", "A hospital"),
    "untold_app": ("Aplikasi", "An application"),
    "untold_post": ("Pos air", "A water post"),
    "untold_contact": ("kontak hanya untuk petugas", "contact for staff only"),
    "untold_reason": ("alasan hanya untuk petugas", "reason for staff only"),
    "untold_patients": (
        "tidak ditampilkan untuk tamu: pasien sedikit",
        "not shown to visitors: few patients",
    ),
}
