"""The words of the cards and of the source board: key -> (Indonesian, English), part of `VOCABULARY`.

`meaning_<tile>` says in one sentence what a tile's leading number is; every tile has one. Its braces are the city's
limits (layouts/card.py).
"""

from __future__ import annotations

CARD_WORDS: dict[str, tuple[str, str]] = {
    "meaning_band": (
        "Tahap kota dari 1 sampai 5, dihitung dari semua ubin: 1 bila semua dalam batas, 2 bila ada waspada, 3 bila "
        "ada satu alarm, 4 bila dua alarm atau lebih; tahap 5 hanya dinyatakan oleh manusia.",
        "The city's stage from 1 to 5, computed from all tiles: 1 when all is within limits, 2 for any watch, 3 for "
        "one alarm, 4 for two alarms or more; stage 5 is only ever declared by a human.",
    ),
    "meaning_complaints": (
        "Jumlah aduan berstatus menunggu, dari semua aduan yang masuk dalam {window_days} hari terakhir ditambah yang "
        "lebih lama tetapi belum selesai.",
        "Complaints whose status is waiting, of all received in the last {window_days} days and the older ones that "
        "are not done yet.",
    ),
    "meaning_newest": (
        "Aduan yang paling akhir masuk, masing-masing hanya jenis dan kelurahannya; tidak ada angka utama.",
        "The complaints received last, each as its category and its subdistrict only; there is no leading number.",
    ),
    "meaning_map": (
        "Jumlah aduan yang menunggu di tiap kecamatan, menurut tempat aduannya; warna menunjukkan kelurahan dan tanda "
        "menunjukkan kejadian di jalan.",
        "Complaints waiting in each district, by the place they are about; the shades are its subdistricts and the "
        "marks are what is reported on the roads.",
    ),
    "meaning_apps": (
        "Jumlah aplikasi yang menjawab pemeriksaan terakhirnya dengan baik, dari semua aplikasi dalam daftar kota; "
        "yang mati dalam jadwal pemeliharaannya tidak dihitung menjawab dan tidak dihitung mati.",
        "Applications that answered their last check well, of all in the city's list; one that is down within its "
        "planned maintenance counts neither as answering nor as down.",
    ),
    "meaning_beds": (
        "Jumlah tempat tidur ICU kosong dari seluruh kapasitas ICU yang dilaporkan rumah sakit; alarm bila sisa "
        "{icu_free} atau kurang. Rawat inap dihitung terpisah.",
        "Free intensive-care beds of all the intensive-care capacity that hospitals report; an alarm at {icu_free} or "
        "fewer. Wards are counted apart.",
    ),
    "meaning_traffic": (
        "Jumlah kejadian di jalan yang masih terbuka, termasuk kemacetan; satu kejadian dihitung sekali, juga bila "
        "dilaporkan beberapa sumber.",
        "What is open on the roads, jams included; one event is counted once, also where several sources report it.",
    ),
    "meaning_water": (
        "Jumlah pos pantau pada siaga {water_watch} atau lebih gawat, dari semua pos yang terdaftar, juga yang di hulu "
        "di luar kota; alarm mulai siaga {water_alarm}. Siaga 4 normal, siaga 1 paling gawat; batas tiap pos berbeda.",
        "Posts at siaga {water_watch} or graver, of all that are listed, those upstream outside the city too; an alarm "
        "from siaga {water_alarm}. Siaga 4 is normal and siaga 1 the gravest; every post has its own limits.",
    ),
    "meaning_foot": (
        "Jumlah sumber yang kabarnya masih datang menurut iramanya, dari semua sumber yang terdaftar.",
        "Sources whose news still comes as often as it is due, of all that are listed.",
    ),
    "meaning_sources": (
        "Jumlah sumber yang kabarnya masih datang menurut iramanya, dari semua sumber yang terdaftar.",
        "Sources whose news still comes as often as it is due, of all that are listed.",
    ),
    # the card
    "cards": ("Kartu asal data", "Data cards"),
    "cards_all": ("Semua kartu", "All cards"),
    "cards_why": (
        "Asal, pemilik, umur, dan arti setiap angka di dinding.",
        "Where every number on the wall comes from, whose it is, how old, and what it means.",
    ),
    "card_of": ("Kartu {name}", "{name}: card"),
    "card_meaning": ("Arti angka utama", "What the leading number means"),
    "card_qr": ("Pindai untuk membuka kartu ini di telepon", "Scan to open this card on a phone"),
    "card_machine": ("Untuk program lain", "For other programs"),
    "card_build": ("Versi {build}", "Build {build}"),
    "card_link": ("Menyambung lagi sendiri.", "Reconnecting by itself."),
    "n_sources": ("{n} sumber", "{n} sources"),
    "one_source": ("1 sumber", "1 source"),
    "owner": ("Pemilik", "Owner"),
    "contact": ("Hubungi", "Contact"),
    "contact_missing": ("kontak belum diisi", "no contact given"),
    "protocol": ("Protokol", "Protocol"),
    "address": ("Alamat", "Address"),
    "data_as_of": ("Data per", "Data as of"),
    "last_success": ("Terakhir berhasil", "Last success"),
    "rows": ("Baris terakhir", "Rows last run"),
    "rejected": ("{n} ditolak sejak {time}", "{n} rejected since {time}"),
    "pace": ("Irama", "Pace"),
    "asked_every": ("ditanya tiap {time}", "asked every {time}"),
    "due_every": ("kabar tiap {time}", "news due every {time}"),
    "licence": ("Lisensi", "Licence"),
    "attribution": ("Atribusi", "Attribution"),
    "not_stated": ("belum dinyatakan", "not stated"),
    "error_is": ("Kesalahan", "Error"),
    "next_try": ("coba lagi {time}", "next try {time}"),
    "source_live": ("langsung", "live"),
    "language_id": ("Bahasa Indonesia", "Bahasa Indonesia"),
    "language_en": ("English", "English"),
    # the source board
    "sources": ("Papan sumber", "Source board"),
    "sources_of": ("dari {n} sumber", "of {n} sources"),
    "sources_qr": ("Pindai: asal dan arti tiap angka", "Scan: where each number comes from"),
    "count_late": ("{n} terlambat", "{n} late"),
    "count_stale": ("{n} basi", "{n} stale"),
    "count_failed": ("{n} gagal", "{n} failing"),
    "count_never": ("{n} belum pernah lapor", "{n} never reported"),
    "source": ("Sumber", "Source"),
    "source_is": ("Keadaan dan umur", "State and age"),
    "owner_contact": ("Pemilik dan kontak", "Owner and contact"),
    "cause": ("Sebab atau irama", "Cause or pace"),
    "failing_at": ("gagal sejak {time}", "failing since {time}"),
    "answers_late": ("menjawab, kabarnya belum baru", "answers, its news is late"),
    "answers_old": ("menjawab, tetapi datanya lama", "answers, but its data are old"),
    "not_asked_yet": ("belum ada jawaban", "no answer yet"),
    "rows_last": ("{n} baris", "{n} rows"),
}
