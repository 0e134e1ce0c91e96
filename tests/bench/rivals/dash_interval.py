"""The common way: a page that asks once a second (dcc.Interval), answered by an async callback that reads Redis."""

from __future__ import annotations

import uvicorn
from dash import Dash, Input, Output, dcc, html
from dash.backends._fastapi import FastAPIDashServer
from fastapi import FastAPI

from collectors.store import Store
from tests.bench.publish import AREAS
from tests.bench.rivals.feed import Feed


def page(feed: Feed) -> Dash:
    FastAPIDashServer.websocket_capability = False
    app = Dash("bench", server=FastAPI())  # type: ignore[arg-type]
    app.layout = html.Div([dcc.Interval(id="second", interval=1000), *(html.Div(id=area) for area in AREAS)])

    @app.callback([Output(area, "children") for area in AREAS], Input("second", "n_intervals"))
    async def everything(_: int) -> list[str]:
        return await feed.everything()

    return app


async def serve(url: str, port: int, size: int) -> None:
    async with Store(url) as store:
        app = page(Feed(store, size))
        await uvicorn.Server(uvicorn.Config(app.server, port=port, log_level="warning", access_log=False)).serve()
