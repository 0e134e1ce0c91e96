"""What tests of forms share: a person who fills one in and sends it, as a browser does."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from html import unescape

from collectors.districts import Districts
from collectors.embedded import EmbeddedRedis
from collectors.store import Store
from tests.collecting import Run, collecting, until
from tests.pushing import TOKENS, sources, waiting
from tests.site import Served


def dashed(typed: Mapping[str, str]) -> dict[str, str]:
    """Names as Python has them, as the form has them: `level_cm__0` is "level_cm-0", `free_0` is "free-0"."""
    return {name.replace("__", "-") if "__" in name else name.replace("_", "-"): text for name, text in typed.items()}


async def entered(site: Served, name: str, typed: Mapping[str, str], language: str = "en") -> tuple[int, str]:
    """Type over what stands in the form already, and send it: status and page."""
    url = f"{site.url}/enter/{name}?lang={language}"
    async with site.session.get(url) as answer:
        page = await answer.text()
    fields = re.findall(r'<(?:input|select) [^>]*name="([^"]+)"', page)
    form = {field: value(page, field) for field in fields}
    form |= {"by": "Regu B", "token": TOKENS[f"{name.upper()}_TOKEN"], **typed}
    async with site.session.post(url, data=form, headers={"Origin": site.url}) as answer:
        return answer.status, await answer.text()


def value(page: str, name: str) -> str:
    """What stands in a field, or is chosen: of a list the first where nothing is."""
    found = re.search(rf'<input [^>]*name="{name}"[^>]*>', page)
    if found is not None:
        given = re.search(r'value="([^"]*)"', found[0])
        return unescape(given[1]) if given else ""
    options = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)
    assert options is not None, name
    tags = re.findall(r"<option[^>]*>", options[0])
    given = re.search(r'value="([^"]*)"', next((tag for tag in tags if " selected" in tag), tags[0]))
    assert given is not None, name
    return unescape(given[1])


async def all_written(store: Store, name: str) -> bool:
    return await waiting(store, name) == 0


@asynccontextmanager
async def told(site: Served, redis_server: EmbeddedRedis, districts: Districts, *names: str) -> AsyncIterator[Run]:
    """A collecting process that takes in what these forms send."""
    await site.store.give_back("tests")
    where, listed = sources(site.config.path)
    async with collecting(redis_server.url, [listed[name] for name in names], where, districts) as run:
        yield run


async def fill_in(site: Served, name: str, **typed: str) -> str:
    """The page after a form that is accepted and written."""
    status, page = await entered(site, name, {key.replace("__", "-"): text for key, text in typed.items()})
    assert (status, "Accepted at" in page) == (200, True), re.findall(r'class="wrong".*?</div>', page)
    await until("it is written", lambda: all_written(site.store, name))
    return page


async def open_form(site: Served, name: str) -> str:
    return str((await site.get(f"/enter/{name}?lang=en"))[2])


def open_id(page: str, title: str) -> str:
    """The id of a report that the form lists as open."""
    found = re.search(rf"<legend>{re.escape(title)}</legend>.*?<label for=\"status-([0-9a-f]+)\"", page, re.DOTALL)
    assert found, re.findall("<legend>.*?</legend>", page)
    return found[1]
