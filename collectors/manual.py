"""Values entered by hand, where there is no system to ask: a person types them into a form (dashboards/enter.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from collectors.fetch import Http
from collectors.forms import FORMS, Answers, Ask, Row
from collectors.listed import Listed, ListedSettings
from collectors.mapped_areas import AREAS
from collectors.mapped_terms import Terms
from collectors.merge import OPEN, own_time
from collectors.push import Variable
from collectors.pushed import Pushed
from collectors.records import Batch, CollectError, Complaint, Known, Record
from collectors.source import Area, City, Mistake, Settings, Source
from collectors.text import word

Named = Annotated[str, Field(min_length=1, max_length=100)]
KNOWN_OF_POSTS = ("post", "river", "siaga_4", "siaga_3", "siaga_2", "siaga_1", "upstream", "lat", "lon")
"""What the city's file may say of a post: what nobody needs to measure."""
MOST_ROWS = 40
MOST_OPEN = 40
"""So many reports that are still open stand in a form, the newest of them."""


class ManualSettings(Settings):
    """`token_env` names the environment variable with the key that the form asks for.

    `hospital` is a hospital's name and `rooms` are its classes or rooms; `posts` are water posts by id, each with what
    the city knows of it; `applications` are ids of the city's list. `categories` and `agencies` are those a complaint
    may have, `channel` the one it comes by.
    """

    sends_to: ClassVar[str | None] = "/enter/"

    token_env: Variable
    hospital: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    rooms: list[Named] = Field(default_factory=list, min_length=1, max_length=MOST_ROWS)
    posts: dict[Named, dict[str, str | bool | float]] = Field(default_factory=dict, min_length=1, max_length=MOST_ROWS)
    applications: list[Named] = Field(default_factory=list, min_length=1, max_length=MOST_ROWS)
    categories: list[Named] = Field(default_factory=list, min_length=1)
    agencies: list[Named] = Field(default_factory=list, min_length=1)
    channel: Named | None = None

    def mistakes(self, area: Area) -> Iterator[Mistake]:
        form = FORMS[area]
        given = self.model_fields_set
        yield from (((key,), f"is missing: the form for {area} needs it") for key in form.needs if key not in given)
        allowed = ("token_env", *form.needs, *form.may)
        yield from (((key,), f"is not for {area}; allowed there: {', '.join(allowed)}") for key in given - {*allowed})
        for key in ("rooms", "applications", "categories", "agencies"):
            names = getattr(self, key)
            if len({name.upper() for name in names}) < len(names):
                yield (key,), "names one twice"
        for post, told in self.posts.items():
            known = f"unknown field; allowed here: {', '.join(KNOWN_OF_POSTS)}"
            yield from ((("posts", post, name), known) for name in told if name not in KNOWN_OF_POSTS)

    def named_applications(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        yield from ((("applications", i), id_) for i, id_ in enumerate(self.applications))


class Manual:
    """Makes rows of what is known, and records of what was typed."""

    feeds: ClassVar[tuple[Area, ...]] = tuple(FORMS)
    standard: ClassVar[str] = "Form"
    settings: ClassVar[type[Settings]] = ManualSettings

    def __init__(self, source: Source, city: City) -> None:
        assert isinstance(source.settings, ManualSettings)
        self._name, self._set, self._city = source.name, source.settings, city
        self._listed = Listed(source, city, ListedSettings())
        self._area, self.form = AREAS[source.area], FORMS[source.area]

    async def collect(self, http: Http, known: Known) -> Batch:
        raise CollectError("is never asked: it is entered by hand", fault="settings")

    def rows(self, known: Mapping[str, Record], report: str, now: datetime) -> tuple[list[Row], int]:
        """Every row, given the records by id, and how many there is no room for. `report` is the id of a new one; one
        that is known already was sent twice."""
        if self.form.rows:
            return [self._row(str(i), *named, known, now) for i, named in enumerate(self._named())], 0
        found = [record for record in known.values() if not isinstance(record, Complaint) or record.status in OPEN]
        found.sort(key=lambda record: own_time(record) or now, reverse=True)
        new = [Row("new", self._asks(self.form.new), {"id": report, "channel": self._set.channel})]
        still = [Row(one.id, self.form.each, self._given(one), record=one) for one in found[:MOST_OPEN]]
        return [*([] if report in known else new), *still], len(found) - len(still)

    def entered(self, told: Iterable[tuple[Row, Answers]], by: str, now: datetime) -> Pushed:
        """What was answered of each row. Where the city's file names the rows, that is all there is."""
        records = tuple(self._record(row, answers, now) for row, answers in told)
        return Pushed(records=records, refused=(), received=now, as_of=now, whole=bool(self.form.rows), by=by)

    def _record(self, row: Row, answers: Answers, now: datetime) -> Record:
        """An empty field whose last value stood there was emptied; of others nothing new is known."""
        if not answers and row.record is not None and not any(ask.stays for ask in row.asks):
            return row.record
        at = now.isoformat()
        return self._area.read({"created": at, **row.given, **answers, "updated": at, "checked": at}, self._terms(now))

    def stands(self, row: Row, ask: Ask) -> str:
        """What stands in a field before anybody types."""
        told = getattr(row.record, self.form.held.get(ask.name, ask.name), None) if ask.stays else None
        return ask.usual if told is None or (ask.options and told not in ask.options) else str(told)

    def _named(self) -> Iterator[tuple[str, Answers]]:
        """The rows that the city's file names, with what it says of them."""
        held = self._set
        hospital = {"hospital_id": self._name, "hospital": held.hospital}
        yield from ((room, {**hospital, "class": room}) for room in held.rooms)
        yield from ((str(told.get("post", id_)), {**told, "id": id_}) for id_, told in held.posts.items())
        yield from (
            (self._listed.identity((id_,), id_).name, {"id": id_, "status": "unknown"}) for id_ in held.applications
        )

    def _row(self, name: str, title: str, given: Answers, known: Mapping[str, Record], now: datetime) -> Row:
        nothing = self._area.read(given, self._terms(now))
        return Row(name, self._asks(self.form.each), given, title, known.get(nothing.id))

    def _asks(self, asks: Iterable[Ask]) -> tuple[Ask, ...]:
        """A text of which the city's file lists what it may be is a choice."""
        listed = ((ask, tuple(getattr(self._set, ask.lists)) if ask.lists else ()) for ask in asks)
        return tuple(replace(ask, kind="choice", options=options) if options else ask for ask, options in listed)

    def _given(self, record: Record) -> Answers:
        """A record as the row of a source that tells it again."""
        found = {name: getattr(record, self.form.held.get(name, name), None) for name in self._area.fields}
        return {name: each.isoformat() if isinstance(each, datetime) else each for name, each in found.items()}

    def _terms(self, now: datetime) -> Terms:
        """The canonical words mean themselves."""
        statuses, kinds = ({word(one): one for one in words} for words in (self._area.statuses, self._area.kinds))
        return Terms(now, self._city.timezone, self._city.bounds, self._listed, None, statuses, kinds)
