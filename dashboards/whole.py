"""The whole site put together: the hub's socket, the machines' addresses, the map and the pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from collectors.adoption import Adopted
from collectors.brief.briefing import Briefing
from collectors.brief.kept import BriefSchedule
from collectors.districts import Districts
from collectors.inbox import Inbox
from collectors.owners import Owner, Owners, slug
from collectors.past import Past
from collectors.readings.limits import Limits
from collectors.readings.shape import Reading
from collectors.readings.visitors import for_visitors
from collectors.retention import Retention
from collectors.source import City, Source
from dashboards.adoption import PAGES as ADOPTION
from dashboards.adoption import Adoption, adoption_routes
from dashboards.agencies import Agencies
from dashboards.api import machine_routes
from dashboards.brief import PAGES as BRIEF
from dashboards.brief import BriefPages, brief_routes
from dashboards.cards import Cards, card_addresses, card_routes
from dashboards.enter import Entries, entry_addresses, entry_routes
from dashboards.explore import Explore
from dashboards.explore_api import explore_api_routes
from dashboards.explore_routes import AREAS, explore_routes
from dashboards.export import Exports, export_routes
from dashboards.export_jobs import Jobs
from dashboards.fleet import Fleet
from dashboards.history import KeptHistory, history_routes
from dashboards.incident import Incident
from dashboards.live import Hub
from dashboards.map import map_route
from dashboards.notes import NoteTaking, note_routes
from dashboards.openapi import openapi_route
from dashboards.owners import PAGES, OwnerPages, owner_routes
from dashboards.pages import addresses, pages
from dashboards.push import Pushes, push_routes
from dashboards.remote import remote_routes
from dashboards.replay import PAGES as REPLAY
from dashboards.replay import replay_routes
from dashboards.replay_orders import ReplayOrders
from dashboards.screen import Language, Recorded, Screen
from dashboards.site import Site
from dashboards.socket import LiveSocket
from dashboards.source_orders import source_order_routes
from dashboards.stage import stage_routes
from dashboards.tour_codes import Codes
from dashboards.tour_guide import PAGES as GUIDE
from dashboards.tour_guide import Guide, guide_routes
from dashboards.tour_visit import Visits, visit_routes
from dashboards.touring import Touring
from layouts.brief.ink import Fonts
from layouts.map_svg import drawing
from layouts.tour.script import Script
from layouts.words import Words


@dataclass(frozen=True, slots=True)
class Contents:
    """What one configuration of the city puts on the site. `address` is where phones find it, if the city says so,
    `phones` where visitors' phones do; `cors` are the other sites whose pages may read /api/v1."""

    screens: Mapping[str, Screen]
    words: Mapping[Language, Words]
    city: City
    sources: Sequence[Source]
    boundaries: dict[str, Any]
    version: Mapping[str, Any]
    assets: Path
    limits: Limits
    address: str | None
    owners: Sequence[Owner] = ()
    cors: Sequence[str] = ()
    past: Past | None = None
    retention: Retention = field(default_factory=Retention)
    residents: Mapping[str, int] = field(default_factory=dict)
    adoption: Sequence[Adopted] = ()
    brief: BriefSchedule = field(default_factory=BriefSchedule)
    kept: Path | None = None
    recordings: Path | None = None
    recorded: Recorded = field(default_factory=Recorded)
    tours: Mapping[str, Script] = field(default_factory=dict)
    drills: Mapping[str, Incident] = field(default_factory=dict)
    phones: str = ""

    @property
    def build(self) -> str:
        return str(self.version["build"])

    @property
    def mask(self) -> Callable[[Reading], Reading]:
        """What makes of a reading what visitors may see."""
        return partial(for_visitors, districts=Districts(self.boundaries))

    @property
    def touring(self) -> Touring:
        return Touring(self.tours, self.phones)


def whole_site(hub: Hub, fleet: Fleet, contents: Contents) -> Site:
    """The site of one configuration, whose pages are new; the hub and its viewers are the room's own."""
    app = pages(contents.screens, contents.words, contents.build, contents.assets)
    app.server.include_router(machine_routes(hub, contents.sources, contents.version))
    app.server.include_router(map_route(contents.boundaries))
    app.server.include_router(remote_routes(fleet, contents.screens))
    app.server.include_router(stage_routes(hub))
    inbox = Inbox(hub.store)
    app.server.include_router(push_routes(Pushes(inbox, contents.sources, contents.city)))
    by_name = {source.name: source for source in contents.sources}
    districts = Districts(contents.boundaries)
    entries = Entries(inbox, by_name, contents.city, districts, contents.words, contents.build)
    app.server.include_router(entry_routes(entries))
    cards = Cards(hub, contents.sources, contents.limits, contents.words, contents.address, contents.build)
    codes = Codes()
    guide = Guide(hub, contents.screens, contents.words, contents.tours)
    app.server.include_router(guide_routes(guide))
    app.server.include_router(visit_routes(Visits(hub, contents.sources, contents.words, codes)))
    app.server.include_router(card_routes(cards))
    owners = Owners(contents.owners, contents.city.name)
    agencies = Agencies(hub, contents.sources, contents.city.applications, owners, contents.limits)
    history = KeptHistory(contents.past, contents.retention) if contents.past is not None else None
    app.server.include_router(owner_routes(OwnerPages(agencies, contents.words, contents.build, history)))
    if history is not None:
        app.server.include_router(history_routes(history))
    taking = NoteTaking(hub.store, [*BRIEF, *(f"/explore/{area}" for area in AREAS)])
    app.server.include_router(note_routes(taking))
    if contents.past is not None:
        applications = (*contents.city.applications, *contents.city.retired)
        explore = Explore(
            hub, contents.past, contents.past.rows.districts, owners, applications, contents.limits,
            drawing(contents.boundaries), contents.residents, contents.words, contents.build,
        )  # fmt: skip
        app.server.include_router(explore_routes(explore, taking))
        app.server.include_router(explore_api_routes(explore))
        jobs = Jobs(contents.past, file_name_of(contents.city.name))
        app.server.include_router(export_routes(Exports(explore, jobs)))
    every = (*contents.city.applications, *contents.city.retired)
    brief = BriefPages(
        hub, briefing_of(contents), contents.words, contents.build, Fonts(contents.assets / "fonts"),
        contents.kept, contents.brief, contents.address, taking,
    )  # fmt: skip
    app.server.include_router(brief_routes(brief))
    adoption = Adoption(contents.adoption, every, contents.words, contents.build)
    app.server.include_router(adoption_routes(adoption))
    replays = ReplayOrders(hub.store, contents.screens, contents.recordings, contents.city.timezone, contents.drills)
    app.server.include_router(
        replay_routes(
            replays, contents.screens, contents.recorded, contents.words, contents.build,
            contents.version["demo"] is not None,
        )
    )  # fmt: skip
    app.server.include_router(source_order_routes(hub, contents.sources))
    app.server.include_router(openapi_route(str(contents.version["version"])))
    found = [
        *addresses(contents.screens),
        *card_addresses(),
        *entry_addresses(contents.sources),
        *PAGES,
        *BRIEF,
        *ADOPTION,
        *GUIDE,
        *REPLAY,
    ]
    found += [f"/explore/{area}" for area in AREAS]
    return Site(app, LiveSocket(hub, fleet, codes), found, contents.cors, contents.address)


def file_name_of(city: str) -> str:
    """A city as it begins the name of a file: without what kind of city it is."""
    return slug(city).removeprefix("kota-").removeprefix("kabupaten-") or "city"


def briefing_of(contents: Contents) -> Briefing:
    """What the city's brief is made of."""
    return Briefing(
        past=contents.past,
        owners=Owners(contents.owners, contents.city.name),
        limits=contents.limits,
        applications=(*contents.city.applications, *contents.city.retired),
        listed=contents.sources,
        pages=AREAS if contents.past is not None else (),
        zone=contents.city.timezone,
    )


class Current:
    """The site of the configuration in force. Another takes its place between two requests."""

    def __init__(self, site: ASGIApp) -> None:
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.site(scope, receive, send)

    async def replace(self, site: ASGIApp) -> None:
        """Warm the other site up as a server would, then let it answer."""
        ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

        async def receive() -> Message:
            if not ready.done():
                return {"type": "lifespan.startup"}
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            if not ready.done():
                ready.set_result(message)

        async def live() -> None:
            await site({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)

        life: asyncio.Future[Any] = asyncio.create_task(live())
        try:
            await asyncio.wait({life, ready}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            life.cancel()
        if not ready.done() or ready.result()["type"] != "lifespan.startup.complete":
            raise RuntimeError(f"the new site did not start: {ready.result() if ready.done() else life}")
        self.site = site
