"""The city's map, drawn once per process and fetched by every screen."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from layouts.map import draw_svg


def map_route(geojson: dict[str, Any], build: str) -> APIRouter:
    """/map.svg: the subdistricts as an SVG that the page puts into its map tile."""
    router = APIRouter()
    svg, tag = draw_svg(geojson), f'"{build}"'

    @router.get("/map.svg")
    async def map_svg(request: Request) -> Response:
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        return Response(svg, media_type="image/svg+xml", headers={"ETag": tag, "Cache-Control": "no-cache"})

    return router
