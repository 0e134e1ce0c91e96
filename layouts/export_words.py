"""The words of what is downloaded: key -> (Indonesian, English)."""

from __future__ import annotations

EXPORT_WORDS: dict[str, tuple[str, str]] = {
    "export_code": ("{name} (kode)", "{name} (code)"),
    "export_seconds": ("{name} (detik)", "{name} (seconds)"),
    "export_demo": ("Simulasi", "Simulated"),
    "export_seen": ("Dilihat", "Seen"),
    "export_told": ("Laporan rumah sakit", "Hospital's own word"),
    "export_capacity": ("Kapasitas", "Capacity"),
    "export_occupied": ("Terisi", "Occupied"),
    "export_free": ("Kosong", "Free"),
    "export_reporting": ("Melapor", "Reporting"),
    "export_river": ("Sungai", "River"),
    "export_level": ("Tinggi (cm)", "Level (cm)"),
    "export_yes": ("ya", "yes"),
    "export_no": ("tidak", "no"),
    # what a file says of itself
    "export_about": ("Tentang berkas ini", "About this file"),
    "export_rows_sheet": ("Data", "Data"),
    "export_city": ("Kota", "City"),
    "export_what": ("Isi", "What"),
    "export_filters": ("Saringan", "Filters"),
    "export_all": ("semua", "all"),
    "export_range": ("Rentang", "Range"),
    "export_sources": ("Sumber, dan waktu datanya", "Sources, and their as-of"),
    "export_retrieved": ("Diambil", "Retrieved"),
    "export_simulated": ("DEMO", "DEMO"),
    "export_is_demo": ("berisi data simulasi, bukan data kota", "contains simulated data, not the city's"),
    "export_definition": ("Definisi", "Definition"),
    "export_zone": ("Zona waktu", "Time zone"),
    "export_noted": ("Catatan", "Note"),
    "export_address": ("Alamat halaman", "Address of the page"),
    "export_of_complaints": ("Laporan warga, satu baris per laporan", "Complaints, a row for each report"),
    "export_of_beds": (
        "Tempat tidur, satu baris per kelas dan pengamatan (tiap 15 menit)",
        "Beds, a row for each class and look (every 15 minutes)",
    ),
    "export_of_traffic": ("Laporan lalu lintas, satu baris per laporan", "Traffic, a row for each report"),
    "export_of_apps": ("Gangguan aplikasi, satu baris per gangguan", "Applications, a row for each outage"),
    "export_of_water": (
        "Tinggi muka air, satu baris per pos dan pengamatan (tiap 10 menit)",
        "Water level, a row for each post and look (every 10 minutes)",
    ),
    # while it is made
    "export_making": ("Menyiapkan unduhan", "Preparing the download"),
    "export_long": (
        "{n} baris: perlu waktu. Berkas terunduh sendiri begitu siap; halaman ini jangan ditutup dulu.",
        "{n} rows take a while. The file downloads by itself when it is ready; keep this page open until then.",
    ),
    "export_without_script": (
        "Unduhan sepanjang ini butuh JavaScript. Tanpa itu, pilih rentang yang lebih pendek.",
        "A download this long needs JavaScript. Without it, choose a shorter range.",
    ),
    "export_progress": ("Kemajuan", "Progress"),
    "export_progress_of": ("{done} dari {total} baris · {percent}%", "{done} of {total} rows · {percent}%"),
    "export_waits": ("menunggu giliran", "waiting for its turn"),
    "export_ready": ("Siap. Unduhan dimulai.", "Ready. The download has begun."),
    "export_gone": ("Dibatalkan. Tidak ada berkas yang disimpan.", "Cancelled. No file is kept."),
    "export_failed": ("Gagal disiapkan.", "It could not be prepared."),
    "export_cancel": ("Batalkan", "Cancel"),
    "export_again": ("Siapkan lagi", "Prepare it again"),
    "export_file": ("Unduh berkas", "Download the file"),
    "export_back": ("Kembali ke halaman", "Back to the page"),
    "export_busy": (
        "Dua unduhan sedang dibuat. Coba lagi {seconds} detik lagi.",
        "Two downloads are being made. Try again in {seconds} seconds.",
    ),
    "export_full": (
        "Sudah ada {n} unduhan panjang. Tunggu salah satunya selesai, lalu coba lagi.",
        "There are {n} long downloads already. Wait until one of them is done, then try again.",
    ),
    "export_too_long": (
        "XLSX memuat paling banyak {most} baris; ini {n}. Ambil CSV atau Parquet, atau pilih rentang lebih pendek.",
        "XLSX holds at most {most} rows, and these are {n}. Take CSV or Parquet, or choose a shorter range.",
    ),
}  # fmt: skip
