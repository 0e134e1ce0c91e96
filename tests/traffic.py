"""What a page has cost the network, as the browser itself counts it (Chrome DevTools Protocol)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Traffic:
    """Bytes over the wire, heads included; what came from the browser's cache is none."""

    fetched: int = 0
    pushed: int = 0
    frames: int = 0
    answers: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def listen(self, session: Any) -> None:
        """The session's Network domain is the caller's to enable."""
        session.on("Network.responseReceived", self.answered)
        session.on("Network.loadingFinished", self.finished)
        session.on("Network.webSocketFrameReceived", self.heard)

    def answered(self, event: Mapping[str, Any]) -> None:
        answer = event["response"]
        if answer["url"].startswith("http"):
            self.answers[answer["url"]] = {key.lower(): value for key, value in answer["headers"].items()}

    def finished(self, event: Mapping[str, Any]) -> None:
        self.fetched += int(event["encodedDataLength"])

    def heard(self, event: Mapping[str, Any]) -> None:
        """A frame's head is two to ten bytes."""
        size = len(event["response"]["payloadData"].encode())
        self.pushed += size + (2 if size < 126 else 4 if size < 65536 else 10)
        self.frames += 1

    @property
    def size(self) -> int:
        return self.fetched + self.pushed
