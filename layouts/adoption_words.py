"""The words of the board of adopters: key -> (Indonesian, English), part of `VOCABULARY`."""

from __future__ import annotations

ADOPTION_WORDS: dict[str, tuple[str, str]] = {
    "nav_adoption": ("Adopsi", "Adoption"),
    "adoption": ("Siapa memakai aplikasi kota", "Who took over the city's applications"),
    "adoption_why": (
        "Satu fakta = satu tahap satu wilayah. Tiap jumlah berarti satu hal saja; “tidak disebut” berarti sumbernya "
        "tidak menyebutnya.",
        "One fact = one stage of one region. Each count means one thing only; “not said” means that the source does "
        "not say it.",
    ),
    "adopt_visit": ("Berkunjung", "Visited"),
    "adopt_mou": ("MoU", "MoU"),
    "adopt_agreement": ("Perjanjian (PKS)", "Agreement"),
    "adopt_training": ("Dilatih", "Trained"),
    "adopt_live": ("Dipakai", "Live"),
    "adopt_stopped": ("Berhenti", "Stopped"),
    "adopt_None": ("Tahap tidak disebut", "Stage not said"),
    "adopt_no_app": ("Aplikasi tidak disebut", "Application not said"),
    "adopt_none": ("tidak ada yang tercatat", "none is on record"),
    "adopt_of_regions": ("wilayah, pernah", "regions, ever"),
    "adopt_of_pairs": ("wilayah × aplikasi, kini", "region × application, now"),
    "adopt_of_named": ("wilayah disebut mengadopsi", "regions named as adopters"),
    "adopt_also_regions": ("{n} wilayah, pernah", "{n} regions, ever"),
    "adopt_matrix": ("Wilayah × aplikasi × tahap", "Region × application × stage"),
    "adopt_matrix_how": (
        "Tahap terakhir yang diketahui dan sejak kapan. Makin banyak balok terisi, makin jauh.",
        "The last known stage and since when. The more bars are filled, the further.",
    ),
    "adopt_region": ("Wilayah", "Region"),
    "adopt_application": ("Aplikasi", "Application"),
    "adopt_stage": ("Tahap", "Stage"),
    "adopt_since": ("Sejak", "Since"),
    "adopt_sources": ("Sumber", "Sources"),
    "adopt_code_unknown": ("kode tidak pasti", "code not certain"),
    "adopt_live_sum": ("Dipakai oleh", "Live in"),
    "adopt_regions_n": ("{n} wilayah", "{n} regions"),
    "adopt_facts": ("Semua fakta dan sumbernya", "Every fact and its source"),
    "adopt_facts_n": ("{n} fakta · {regions} wilayah", "{n} facts · {regions} regions"),
    "adopt_def": (
        "Berkunjung, MoU, dan perjanjian: jumlah wilayah yang pernah sampai di situ. Dilatih, dipakai, dan berhenti: "
        "jumlah pasangan wilayah × aplikasi yang kini di situ. Wilayah yang berkunjung lalu menandatangani ada di "
        "keduanya, maka jumlah-jumlah ini tidak untuk dijumlahkan.",
        "Visited, MoU and agreement: regions that ever got there. Trained, live and stopped: pairs of a region and an "
        "application that are there now. A region that visited and then signed is in both, so these counts are not to "
        "be added up.",
    ),
    "adopt_empty": ("Belum ada wilayah yang dicatat", "No region is listed yet"),
    "adopt_empty_why": (
        "Sebut berkasnya di config.yaml: adoption: cities/…/adoption.csv",
        "Name its file in config.yaml: adoption: cities/…/adoption.csv",
    ),
}
