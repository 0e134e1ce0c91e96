"""What tests of forms share: a person who fills one in and sends it, as a browser does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from collectors.store import Store
from tests.pushing import TOKENS, waiting
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
