"""What the city's file puts on the site, and the past of that city."""

from __future__ import annotations

import json

from collectors.districts import Districts
from collectors.history import History
from collectors.past import Past
from collectors.past_store import PastStore
from collectors.source import Area
from collectors.store import Store
from commands.surroundings import ROOT, var, version_text
from config import Config
from dashboards.build import build_name
from dashboards.whole import Contents
from layouts.words import Words


def areas_of(config: Config) -> set[Area]:
    return {source.area for source in config.sources}


def shown_by(config: Config) -> Contents:
    build = build_name(ROOT, config.files)
    return Contents(
        screens=config.screens,
        words={name: Words(name, config.city.timezone, config.city.name) for name in config.languages},
        city=config.city,
        sources=config.sources,
        boundaries=json.loads(config.boundaries.read_text(encoding="utf-8")),
        version={"version": version_text(), "build": build, "demo": config.demo},
        assets=ROOT / "assets",
        limits=config.limits,
        address=config.address,
        owners=config.owners,
        cors=config.cors,
        retention=config.history,
        residents=config.residents,
        adoption=config.adoption,
        tours=config.tours,
        drills=config.drills,
        brief=config.brief,
        kept=var() / "brief",
        recordings=var() / "replay",
        recorded=config.replay,
    )


def past_of(config: Config, store: Store, history: History) -> Past:
    return Past(PastStore(store), history, Districts.read(config.boundaries), config.city.timezone)
