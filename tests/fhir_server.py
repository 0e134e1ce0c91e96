"""A small FHIR server for tests: resources in pages, and a token endpoint."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

TYPE = "application/fhir+json"


def bundle(*resources: object, following: str | None = None, **fields: Any) -> dict[str, Any]:
    links = [{"relation": "self", "url": "x"}, *([{"relation": "next", "url": following}] if following else [])]
    entries = [{"resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries, **fields}


class Server:
    """Serves its resources `per_page` at a time, and says that there are `total`.

    With `secret` it wants a token, good for `lifetime` seconds.
    """

    def __init__(
        self,
        resources: Sequence[object],
        per_page: int = 100,
        secret: str | None = None,
        lifetime: object = "3599",
        total: object = None,
    ) -> None:
        self.resources, self.per_page = list(resources), per_page
        self.secret, self.lifetime, self.total = secret, lifetime, total
        self.tokens = 0
        self.good = ""
        self.asked: list[Mapping[str, str]] = []
        self.forms: list[Mapping[str, str]] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/token":
            return await self.token(request)
        if self.secret and request.headers.get("Authorization") != f"Bearer {self.good}":
            issue = {"severity": "error", "code": "login", "diagnostics": "token expired"}
            return web.json_response({"resourceType": "OperationOutcome", "issue": [issue]}, status=401)
        self.asked.append(dict(request.query))
        page = int(request.query.get("page", 0))
        start = page * self.per_page
        following = None
        if start + self.per_page < len(self.resources):
            following = str(request.url.origin().with_path(request.path).with_query(page=page + 1))
        here = self.resources[start : start + self.per_page]
        stated = {} if self.total is None else {"total": self.total}
        return web.json_response(bundle(*here, following=following, **stated), content_type=TYPE)

    async def token(self, request: web.Request) -> web.StreamResponse:
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.forms.append({**form, **request.query})
        basic = base64.b64encode(f"city:{self.secret}".encode()).decode()
        if form.get("client_secret") != self.secret and request.headers.get("Authorization") != f"Basic {basic}":
            return web.json_response({"error": "invalid_client", "error_description": str(form)}, status=401)
        self.tokens += 1
        self.good = f"pretend-token-{self.tokens}"
        return web.json_response({"access_token": self.good, "expires_in": self.lifetime, "token_type": "Bearer"})
