"""The addresses of the pages of the past."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from collectors.source import Area
from dashboards.explore import Explore
from dashboards.explore_apps import apps
from dashboards.explore_beds import beds
from dashboards.explore_complaints import complaints
from dashboards.explore_traffic import traffic
from dashboards.explore_water import water
from dashboards.notes import NoteTaking

PAGES = {"complaints": complaints, "beds": beds, "traffic": traffic, "apps": apps, "water": water}
AREAS: tuple[Area, ...] = ("complaints", "beds", "traffic", "apps", "water")


def explore_routes(explore: Explore, taking: NoteTaking) -> APIRouter:
    router = APIRouter()

    @router.get("/explore/{area}")
    async def page(request: Request, area: Area) -> Response:
        notes = await taking.of(f"/explore/{area}")
        return await PAGES[area](replace(explore, notes=notes), request)

    return router
