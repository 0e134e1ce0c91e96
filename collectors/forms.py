"""What a person is asked in a form (dashboards/enter.py), area by area, one recipe each.

What is asked is a canonical field of the area (mapped_areas.py), so that an answer becomes a record by the same table
as a row of any source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from collectors.records import Record, TrafficKind
from collectors.source import Area

Answers = Mapping[str, object]
"""Canonical fields, as a row of a source would hold them."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that is asked: a canonical field, or `place`, which becomes the `lat` and `lon` of a subdistrict.

    `options` are the words to choose from, shown as the vocabulary says under `says` and the word, or as they are where
    `says` is None. `lists` is the key of the source's settings that may turn a text into a choice. `most` is the
    largest count, or the most letters. `usual` stands there already; where it `stays`, so does what was told last.
    """

    name: str
    kind: Literal["count", "level", "choice", "text", "place", "moment"]
    options: tuple[str, ...] = ()
    says: str | None = None
    lists: str = ""
    needed: bool = False
    most: int = 0
    usual: str = ""
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a form. `name` tells what is typed there from other rows', `given` is what nobody is asked.

    `title` is its name in the city's file; a report has none. `record` is what is known of it, None of a new report.
    """

    name: str
    asks: tuple[Ask, ...]
    given: Answers
    title: str = ""
    record: Record | None = None

    @property
    def is_new(self) -> bool:
        return not self.title and self.record is None

    def field(self, ask: Ask) -> str:
        """The name of one of its fields: "free-0"."""
        return f"{ask.name}-{self.name}"


@dataclass(frozen=True, slots=True)
class Form:
    """What the form of an area asks.

    Where the city's file names the rows (`rows` is its key), a form is the present state of all of them. Else a row is
    a report: `new` is asked of one that is told, `each` of those that are still open. `needs` and `may` are the keys of
    the settings, `held` the attributes of a record that are named otherwise than the canonical field. `doubt` says of a
    row's answers which do not fit together: the field, and the sentence's key in the vocabulary.
    """

    each: tuple[Ask, ...]
    rows: str = ""
    new: tuple[Ask, ...] = ()
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    held: Mapping[str, str] = field(default_factory=dict)
    doubt: Callable[[Answers], tuple[str, str] | None] = lambda answers: None


def more_free(answers: Answers) -> tuple[str, str] | None:
    free, capacity = answers.get("free"), answers.get("capacity")
    if isinstance(free, int) and isinstance(capacity, int) and free > capacity:
        return "free", "wrong_free"
    return None


STATUS = ("waiting", "in_progress", "done")
VERIFIED = Ask("verified", "choice", ("verified", "unverified"), "")
FORMS: dict[Area, Form] = {
    "complaints": Form(
        new=(
            Ask("category", "text", lists="categories", needed=True, most=100),
            Ask("place", "place"),
            Ask("agency", "text", lists="agencies", most=100),
            Ask("status", "choice", STATUS, "status_", needed=True, usual="waiting"),
            Ask("created", "moment"),
        ),
        each=(Ask("status", "choice", STATUS, "status_"),),
        may=("categories", "agencies", "channel"),
        held={"created": "requested", "status": "status_given"},
    ),
    "beds": Form(
        rows="rooms",
        each=(Ask("free", "count", most=9999, stays=True), Ask("capacity", "count", most=9999, stays=True)),
        needs=("hospital", "rooms"),
        held={"class": "class_name"},
        doubt=more_free,
    ),
    "traffic": Form(
        new=(
            Ask("kind", "choice", get_args(TrafficKind), "kind_", needed=True),
            Ask("road", "text", needed=True, most=100),
            Ask("place", "place"),
            Ask("level", "choice", ("5",), "enter_level_"),
            VERIFIED,
        ),
        each=(Ask("status", "choice", ("ended",), "enter_"), VERIFIED),
        held={"kind": "kind_given"},
    ),
    "apps": Form(
        rows="applications",
        each=(
            Ask("status", "choice", ("up", "degraded", "down", "maintenance"), "app_", stays=True),
            Ask("message", "text", most=100, stays=True),
        ),
        needs=("applications",),
        held={"message": "reason"},
    ),
    "water": Form(
        rows="posts",
        each=(
            Ask("level_cm", "level"),
            Ask("status", "choice", ("siaga_4", "siaga_3", "siaga_2", "siaga_1"), "enter_"),
            Ask("trend", "choice", ("rising", "steady", "falling"), "course_"),
        ),
        needs=("posts",),
    ),
}
