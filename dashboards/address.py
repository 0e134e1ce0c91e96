"""What is said of one address for other programs, and what is said of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

JSON, HTML = "application/json", "text/html"
FORM = "application/x-www-form-urlencoded"
NONE_SUCH = {404: "there is none of this name"}
STORE = {503: "the store does not answer"}
ORDERED = {
    400: "the body is not JSON",
    403: "not sent as application/json, or by another host's page",
    408: "the body did not come within 30 seconds",
    413: "the body is longer than 4096 bytes",
    422: "a sentence says what is wrong with it",
    **STORE,
}
"""Why an order is refused. Orders need no key: whoever can reach this host's own pages may give them."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address and one method. `answer` is the type of what it answers with `status`, None for a page; `inside` what
    stands in braces, and what it may be. `body` is the type of what is sent, or its schema, and `example` one that is
    accepted. `refused` says of each other status when it is answered; `keyed`, whether it asks for a source's token.
    """

    path: str
    summary: str
    answer: Any
    method: Literal["get", "post"] = "get"
    status: int = 200
    inside: Mapping[str, Sequence[str] | None] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    takes: str = JSON
    example: Any = None
    refused: Mapping[int, str] = field(default_factory=dict)
    keyed: bool = False
