"""A short tour for tests."""

from __future__ import annotations

from typing import Any

from layouts.tour.script import Script


def both(text: str) -> dict[str, str]:
    return {"id": f"{text} (id)", "en": f"{text} (en)"}


def step(title: str, wall: dict[str, Any], **more: Any) -> dict[str, Any]:
    phone = {"text": both(f"about {title}"), "facts": ["reports_waiting"]}
    return {
        "title": both(title),
        "minutes": 2.0,
        "wall": wall,
        "say": {"id": ["x"], "en": ["x"]},
        "phone": phone,
    } | more


POLL = {"question": both("which"), "options": [both("one"), both("two")], "right": 1}
SCRIPT = Script.model_validate(
    {
        "name": both("short"),
        "audience": both("anyone"),
        "steps": [
            step("room", {"board": "overview"}),
            step("beds", {"tile": "beds"}),
            step("place", {"tile": "map", "place": "36.71.05"}),
            step("vote", {"tile": "complaints"}, poll=POLL),
        ],
    }
)
