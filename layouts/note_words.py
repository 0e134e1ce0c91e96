"""The words of the notes on cards: key -> (Indonesian, English), part of `VOCABULARY`."""

from __future__ import annotations

NOTE_WORDS: dict[str, tuple[str, str]] = {
    "notes": ("Catatan", "Notes"),
    "notes_n": ("Catatan {n}", "Notes {n}"),
    "notes_on": ("Catatan pada “{card}”", "Notes on “{card}”"),
    "notes_none": ("Belum ada catatan.", "No notes yet."),
    "note_text": ("Catatan", "Note"),
    "note_by": ("Oleh (kantor atau nama)", "By (office or name)"),
    "note_save": ("Simpan", "Save"),
    "note_why": (
        "Dibaca semua orang. Nomor telepon, e-mail, dan NIK disamarkan.",
        "Everybody can read it. Telephone numbers, e-mail addresses and NIK are masked.",
    ),
    "note_remove": ("Hapus", "Remove"),
    "note_removing": ("Dihapus oleh", "Removed by"),
    "note_said": ("{by}, {time}", "{by}, {time}"),
    "note_removed": (
        "Catatan {by} ({time}) dihapus {then} oleh {who}.",
        "A note of {by} ({time}) was removed {then} by {who}.",
    ),
    "note_elsewhere": ("saringan lain", "other filters"),
    "note_wait": (
        "Terlalu banyak catatan sekaligus. Coba lagi dalam {n} detik.",
        "Too many notes at once. Try again in {n} s.",
    ),
    "note_failed": ("Tidak tersimpan: {error}", "Not saved: {error}"),
    "note_no_link": ("Tidak ada sambungan; catatan belum tersimpan.", "No connection; the note is not saved yet."),
}
