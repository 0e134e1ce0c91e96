"""The words of replays and drills: key -> (Indonesian, English), part of `VOCABULARY`."""

from __future__ import annotations

REPLAY_WORDS: dict[str, tuple[str, str]] = {
    "drill_both": ("LATIHAN · DRILL", "DRILL · LATIHAN"),
    "nav_replay": ("Putar ulang", "Replay"),
    "replay_page": ("Putar ulang dan latihan", "Replay and drills"),
    "replay_why": (
        "Semua yang ditampilkan layar dalam {n} jam terakhir dapat ditampilkan lagi, persis seperti saat dikirim. "
        "Layar yang memutar ulang berbingkai dan bertanda; tidak ada alarm, riwayat, atau unduhan yang terpengaruh.",
        "Everything that a screen showed in the last {n} hours can be shown again, exactly as it was sent. A screen "
        "that replays is framed and marked; no alarm, no history and no download is touched by it.",
    ),
    "replay_off": ("Perekaman dimatikan (replay: hours: 0).", "Nothing is recorded (replay: hours: 0)."),
    "replay_on": ("Tampilkan di layar", "Show it on the screen"),
    "replay_of": ("Rekaman layar", "Recording of the screen"),
    "replay_kind": ("Sebagai", "As"),
    "replay_as_replay": ("Putar ulang", "Replay"),
    "replay_as_drill": ("Latihan", "Drill"),
    "replay_moment": ("Saat", "Moment"),
    "replay_speed": ("Kecepatan", "Speed"),
    "replay_play": ("Putar dari sini", "Play from here"),
    "replay_pause": ("Jeda", "Pause"),
    "replay_stop": ("Selesai: kembali ke keadaan sekarang", "End it: back to the present"),
    "replay_today": ("Hari ini dalam 60 detik", "Today in sixty seconds"),
    "replay_before": ("Alarm sebelumnya", "Alarm before"),
    "replay_after": ("Alarm berikutnya", "Next alarm"),
    "replay_alarms": ("Alarm yang terekam", "Alarms that were recorded"),
    "replay_no_alarms": ("Tidak ada alarm dalam rekaman ini.", "There is no alarm in this recording."),
    "replay_nothing": ("Belum ada rekaman layar ini.", "Nothing was recorded of this screen yet."),
    "replay_now": ("Yang sedang diputar", "What plays now"),
    "replay_none": ("Semua layar menampilkan keadaan sekarang.", "Every screen shows the present."),
    "replay_plays": (
        "{screen}: {kind} rekaman {of}, {at}, {speed}, sejak {since}",
        "{screen}: {kind} of {of}, {at}, {speed}, since {since}",
    ),
    "replay_paused": ("jeda", "paused"),
    "replay_times": ("{n}×", "{n}×"),
    "replay_lasted": ("selama {time}", "for {time}"),
    "replay_lasts": ("masih", "still"),
    "replay_this": ("Putar", "Play"),
    "replay_drill": ("Latihan", "Drill"),
    "replay_scripts": ("Latihan menurut naskah", "Drills that are written"),
    "replay_scripts_why": (
        "Diputar di atas keadaan kota sekarang, di layar yang dipilih di atas.",
        "Played over the present city, on the screen chosen above.",
    ),
    "replay_script": ("{name}, {n} menit", "{name}, {n} minutes"),
    "replay_begin": ("Mulai latihan", "Begin the drill"),
    "replay_no_scripts": ("Kota ini belum punya naskah latihan.", "This city has written no drill."),
    "replay_kept": ("{n} MB di cakram", "{n} MB on disk"),
    "replay_unrecorded": ("tidak terekam", "not recorded"),
    "replay_refused": ("Ditolak", "Refused"),
    "replay_lost": ("Server tidak menjawab.", "The server does not answer."),
    "replay_visitors": (
        "Di layar yang ada pengunjungnya hanya rekaman tanpa data pribadi yang diputar, satu gambar per menit.",
        "Before visitors only the recording without personal data is played, a picture a minute.",
    ),
    "replay_of_screen": ("rekaman {time}", "recorded {time}"),
}
