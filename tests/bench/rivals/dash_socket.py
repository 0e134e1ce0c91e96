"""Dash's own way to push: a persistent callback over its websocket, one per viewer, all fed by one subscriber."""

from __future__ import annotations

import asyncio

import uvicorn
from dash import Dash, Input, html, set_props
from fastapi import FastAPI

from collectors.store import Store
from tests.bench.rivals.feed import Feed


def page(feed: Feed) -> Dash:
    app = Dash(
        "bench",
        server=FastAPI(),  # type: ignore[arg-type]
        websocket_callbacks=True,
        websocket_inactivity_timeout=0,
    )
    app.layout = html.Div([html.Div(id="start"), html.Div(id="news")])

    @app.callback(Input("start", "id"), persistent=True)
    async def news(_: str) -> None:
        while True:
            changed = feed.changed
            set_props("news", {"children": feed.text})
            await changed.wait()

    return app


async def serve(url: str, port: int, size: int) -> None:
    async with Store(url) as store, asyncio.TaskGroup() as tasks:
        feed = Feed(store, size)
        tasks.create_task(feed.run())
        await uvicorn.Server(
            uvicorn.Config(
                page(feed).server,
                port=port,
                ws="websockets-sansio",
                ws_per_message_deflate=False,
                log_level="warning",
                access_log=False,
            )
        ).serve()
