"""The words of the form for values entered by hand: key -> (Indonesian, English), part of `VOCABULARY`."""

from __future__ import annotations

ENTER_WORDS: dict[str, tuple[str, str]] = {
    "by_hand": ("diisi tangan", "entered by hand"),
    "entered_by": ("Diisi oleh", "Entered by"),
    "sends_itself": ("dikirim sendiri oleh pemiliknya", "sent by its owner"),
    "nothing_sent_yet": ("belum ada kiriman", "nothing sent yet"),
    "silent_late": ("belum ada kiriman baru", "no news sent yet"),
    "silent_old": ("diam, belum ada kiriman baru", "silent, no news sent"),
    "enter_title": ("Isi tempat tidur", "Enter beds"),
    "enter_why": (
        "Tulis jumlah tempat tidur sekarang. Kosongkan yang tidak diketahui; 0 berarti memang tidak ada.",
        "Write the beds there are now. Leave empty what is not known; 0 means that there are none.",
    ),
    "enter_due": ("Diharapkan tiap {time}.", "Due every {time}."),
    "enter_last": ("Terakhir diisi {time} oleh {by}", "Last entered {time} by {by}"),
    "enter_never": ("Belum pernah diisi", "Never entered yet"),
    "enter_free": ("Kosong", "Free"),
    "enter_capacity": ("Kapasitas", "Capacity"),
    "enter_by": ("Diisi oleh (jabatan atau unit)", "Entered by (role or office)"),
    "enter_by_hint": (
        "Bukan nama orang. Tampil di kartu asal data.",
        "No person's name. It is shown on the data card.",
    ),
    "enter_token": ("Kunci sumber ini", "Key of this source"),
    "enter_send": ("Kirim", "Send"),
    "enter_accepted": (
        "Diterima pukul {time}. Tampil di dinding dalam beberapa saat.",
        "Accepted at {time}. On the wall in a moment.",
    ),
    "enter_refused": ("Belum terkirim. Perbaiki {n} isian:", "Not sent yet. Correct {n} entries:"),
    "enter_refused_one": ("Belum terkirim. Perbaiki isian ini:", "Not sent yet. Correct this entry:"),
    "enter_not_sent": ("Belum terkirim.", "Not sent yet."),
    "enter_number": (
        "Tulis bilangan bulat 0 sampai {most}, atau kosongkan.",
        "Write a whole number from 0 to {most}, or leave it empty.",
    ),
    "enter_more_free": ("Kosong lebih banyak dari kapasitas.", "More free than the capacity."),
    "enter_nothing": ("Tulis sedikitnya satu angka.", "Write at least one number."),
    "enter_by_missing": (
        "Tulis jabatan atau unit, paling banyak {most} huruf.",
        "Write a role or office, at most {most} letters.",
    ),
    "enter_by_personal": (
        "Jangan tulis alamat surel, nomor telepon, atau NIK.",
        "No e-mail address, telephone number or NIK, please.",
    ),
    "enter_token_wrong": ("Kunci ini bukan kunci sumber ini.", "This is not the key of this source."),
    "enter_token_unset": (
        "Kunci sumber ini belum dipasang di server.",
        "The key of this source is not set on the server yet.",
    ),
    "enter_too_many": ("Terlalu sering. Coba lagi sebentar lagi.", "Too often. Try again in a moment."),
    "enter_store_down": ("Penyimpanan tidak menjawab. Coba lagi.", "The store does not answer. Try again."),
    "enter_full": (
        "Terlalu banyak kiriman menunggu. Coba lagi nanti.",
        "Too much is waiting to be written. Try again later.",
    ),
}
