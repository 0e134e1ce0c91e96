"""/export: the rows behind a page of the past, to take away. A short one comes at once, a long one is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import FileResponse, PlainTextResponse
from starlette.types import Receive, Send
from starlette.types import Scope as Connection

from collectors.history import HistoryError
from collectors.questions.scope import Scope
from collectors.source import Area
from dashboards.api import json
from dashboards.explore import ASSETS, Explore
from dashboards.explore_routes import AREAS
from dashboards.export_jobs import MOST_JOBS, Job, Jobs, clear
from dashboards.export_sheets import SHEETS
from dashboards.export_write import MEDIA, MOST_XLSX
from dashboards.paper import paper_page
from dashboards.remote import from_our_page
from layouts.card import Visit
from layouts.explore.exporting import refused_page, waiting_page
from layouts.explore.sheet import Sheet

KNOWN: dict[str, Area] = {area: area for area in AREAS}
LONG = 100_000
"""From so many rows on a file is waited for on a page of its own."""
AGAIN_SECONDS = 5
LOOK_SECONDS = 0.2
STILL = 86_400
FRESH = {"Cache-Control": "no-store"}


class RefusedExportError(Exception):
    """There is no such file now: the HTTP status, and why in the asker's language."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


class Taken(FileResponse):
    """A file that is sent; then, whole or not, something is done with it."""

    def __init__(self, job: Job, after: Callable[[], None]) -> None:
        super().__init__(Path(job.path), media_type=MEDIA[job.kind], filename=job.name, headers=FRESH)
        self.after = after

    async def __call__(self, scope: Connection, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.after()


class Exports:
    """Answers for one city. Anybody who may see the pages may take what is on them: nothing in it is personal."""

    def __init__(self, explore: Explore, jobs: Jobs, long: int = LONG) -> None:
        self.explore = explore
        self.jobs = jobs
        self.long = long

    async def sheet(self, request: Request, area: Area, kind: str, visit: Visit) -> Sheet:
        """Raises HistoryError and RefusedExportError."""
        await self.explore.past.refresh(area)
        sheet = await SHEETS[area](self.explore, request, visit)
        if kind == "xlsx" and sheet.total > MOST_XLSX:
            words = visit.words
            said = words.fill("export_too_long", most=words.number(MOST_XLSX + 1), n=words.number(sheet.total))
            raise RefusedExportError(422, said)
        return sheet

    async def file(self, request: Request, area: Area, kind: str) -> Response:
        """The file, or the page on which it is waited for."""
        visit = self.explore.visit(request)
        try:
            sheet = await self.sheet(request, area, kind, visit)
            if sheet.total > self.long:
                name = sheet.file_name(kind, self.jobs.city)
                body = waiting_page(sheet.scope, visit, kind, name, sheet.total, sheet.demo)
                return self.page(body, visit, 202, "export.js")
            if self.jobs.busy:
                raise RefusedExportError(503, visit.words.fill("export_busy", seconds=AGAIN_SECONDS))
            return await self.made(request, self.jobs.start(sheet, kind))
        except HistoryError as error:
            return self.refused(request, area, kind, visit, RefusedExportError(503, str(error)))
        except RefusedExportError as error:
            return self.refused(request, area, kind, visit, error)

    async def made(self, request: Request, job: Job) -> Response:
        """What was asked for; nothing is made for somebody who is gone. Raises RefusedExportError."""
        assert job.task is not None
        try:
            while not job.task.done():
                await asyncio.wait({job.task}, timeout=LOOK_SECONDS)
                if await request.is_disconnected():
                    job.stop.set()
        except asyncio.CancelledError:
            self.jobs.remove(job)
            raise
        if job.state != "ready":
            raise RefusedExportError(503, job.error)
        return Taken(job, lambda: clear(job))

    def refused(self, request: Request, area: Area, kind: str, visit: Visit, error: RefusedExportError) -> Response:
        scope: Scope = self.explore.scope(area, request, visit, {})
        page = self.page(refused_page(scope, visit, kind, str(error)), visit, error.status)
        if error.status == 503:
            page.headers["Retry-After"] = str(AGAIN_SECONDS)
        return page

    def page(self, body: Any, visit: Visit, status: int, *more: str) -> Response:
        found = paper_page(body, visit.words["export"], visit, *ASSETS, *more, classes="sheet explore", pause=STILL)
        found.status_code = status
        return found

    async def begin(self, request: Request, area: Area, kind: str) -> Response:
        visit = self.explore.visit(request)
        try:
            sheet = await self.sheet(request, area, kind, visit)
        except HistoryError as error:
            return json({"error": str(error)}, 503)
        except RefusedExportError as error:
            return json({"error": str(error)}, error.status)
        job = self.jobs.list(sheet, kind)
        if job is None:
            answer = json({"error": visit.words.fill("export_full", n=MOST_JOBS)}, 503)
            answer.headers["Retry-After"] = str(AGAIN_SECONDS)
            return answer
        return json(told(job), 202)


def told(job: Job) -> dict[str, Any]:
    return {"job": job.id, "state": job.state, "done": job.done, "total": job.total, "error": job.error}


def nothing() -> Response:
    return PlainTextResponse("There is nothing at this address.\n", 404)


def export_routes(exports: Exports) -> APIRouter:
    router = APIRouter()
    jobs = exports.jobs

    def asked(name: str) -> tuple[Area, str] | None:
        area, _, kind = name.partition(".")
        return (KNOWN[area], kind) if area in KNOWN and kind in MEDIA else None

    @router.get("/export/jobs/{id}")
    async def how_far(id: str) -> Response:
        job = jobs.seen(id)
        return json(told(job)) if job else json({"error": "there is no such download; start it again"}, 404)

    @router.get("/export/jobs/{id}/file")
    async def fetched(id: str) -> Response:
        job = jobs.seen(id)
        return Taken(job, job.was_fetched) if job and job.state == "ready" else nothing()

    @router.post("/export/jobs/{id}/cancel")
    async def cancelled(id: str, request: Request) -> Response:
        if not from_our_page(request):
            return json({"error": "send application/json, from a page of this very host"}, 403)
        job = jobs.seen(id)
        if job is None:
            return json({"error": "there is no such download"}, 404)
        jobs.remove(job)
        return json({"job": id, "state": "gone"}, 202)

    @router.get("/export/{name}")
    async def file(name: str, request: Request) -> Response:
        found = asked(name)
        return await exports.file(request, *found) if found else nothing()

    @router.post("/export/{name}")
    async def begin(name: str, request: Request) -> Response:
        if not from_our_page(request):
            return json({"error": "send application/json, from a page of this very host"}, 403)
        found = asked(name)
        return await exports.begin(request, *found) if found else nothing()

    return router
