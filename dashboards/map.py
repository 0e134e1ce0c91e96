"""The city's map, drawn once per process and fetched by every screen."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from dashboards.files import File
from layouts.map import draw_svg


def map_route(geojson: dict[str, Any]) -> APIRouter:
    """/map.svg: the subdistricts as an SVG that the page puts into its map tile."""
    router = APIRouter()
    file = File.of(draw_svg(geojson).encode(), "image/svg+xml")

    @router.get("/map.svg")
    async def map_svg(request: Request) -> Response:
        return file.answer(request.headers, for_ever=False)

    return router
