"""The addresses of tours, of visitors in the room, and of replays (addresses.py)."""

from __future__ import annotations

from dashboards.address import ORDERED, STORE, Address
from dashboards.replay_orders import ReplayAnswer, ReplayBoard, ReplayBody
from dashboards.tour_asked import Ended, Guests, GuestsBody, OrderBody, StartBody
from dashboards.tour_state import GuideState

VISITS = (
    Address(
        "/api/v1/tours",
        "Begin a tour on some screens",
        GuideState,
        "post",
        201,
        body=StartBody,
        example={"script": "live-room", "screens": ["hall"], "language": "id"},
        refused={**ORDERED, 409: "another tour has one of the screens, or too many go on"},
    ),
    Address(
        "/api/v1/tours/{code}",
        "How a tour stands",
        GuideState,
        inside={"code": None},
        query={"lang": "the language of what is said; the guide's where it is missing"},
        refused={404: "unknown or ended code", **STORE},
    ),
    Address(
        "/api/v1/tours/{code}",
        "Lead a tour: go to a step (from 0), pause, resume, pull (everyone here), open_poll, close_poll, show_poll, "
        "hand_over (lend the screens to the operators), take_back, end",
        GuideState | Ended,
        "post",
        inside={"code": None},
        body=OrderBody,
        example={"do": "go", "step": 2},
        refused={**ORDERED, 404: "unknown or ended code", 409: "this step has no poll"},
    ),
    Address("/api/v1/guests", "The screens before which visitors stand without a tour", Guests, refused=STORE),
    Address(
        "/api/v1/guests",
        "Say that visitors stand before a screen (null: all), or no more; it then shows them nothing personal",
        Guests,
        "post",
        202,
        body=GuestsBody,
        example={"screen": "hall", "on": True},
        refused=ORDERED,
    ),
    Address(
        "/api/v1/replays",
        "What was recorded of every screen, where it was in alarm, and what plays on it",
        ReplayBoard,
        refused=STORE,
    ),
    Address(
        "/api/v1/replays",
        "Have a recorded moment played on a screen, faster or slower, the day in a minute, or the present shown again",
        ReplayAnswer,
        "post",
        body=ReplayBody,
        example={"screen": "main", "stop": True},
        refused=ORDERED,
    ),
)
