"""Tours as the hub of one process knows them: whose screens they have, for whom these are meant, and what is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

import orjson

from collectors.readings.visitors import Audience
from collectors.tours import Tour, Tours
from layouts.frame import Readings
from layouts.markup import markup
from layouts.tour.facts import facts_of
from layouts.tour.phone import draw_end, phone_of
from layouts.tour.script import Script
from layouts.tour.wall import Wall, wall_of
from layouts.words import Words


class Touring:
    """`scripts` are the tours that the city's file has, `site` is where phones find this program. `untold` are tours
    that go on without a script of these: they show nothing, but visitors still stand before their screens. Until it is
    `known` before whom a screen stands, nothing that was read or recorded may be shown there."""

    def __init__(self, scripts: Mapping[str, Script], site: str = "") -> None:
        self.scripts = scripts
        self.site = site
        self.tours: dict[str, Tour] = {}
        self.untold: dict[str, Tour] = {}
        self.votes: Mapping[str, Counter[int]] = {}
        self.guests: Mapping[str, str] = {}
        self.known = False

    def after(self, before: Self) -> Self:
        """The same tours, as another configuration tells them."""
        self.keep({**before.tours, **before.untold})
        self.votes, self.guests, self.known = before.votes, before.guests, before.known
        return self

    def keep(self, found: Mapping[str, Tour]) -> None:
        self.tours = {code: tour for code, tour in found.items() if tour.script in self.scripts}
        self.untold = {code: tour for code, tour in found.items() if tour.script not in self.scripts}

    async def read(self, tours: Tours, now: datetime) -> None:
        """Raises StoreDownError: then what was known stays."""
        found = await tours.all(now)
        votes, guests = await tours.votes(list(found.values())), await tours.guests()
        self.keep(found)
        self.votes, self.guests, self.known = votes, guests, True

    def drop_over(self, now: datetime) -> bool:
        """Forget the tours whose time is over; whether there were any."""
        found = {**self.tours, **self.untold}
        going = {code: tour for code, tour in found.items() if tour.ends > now}
        self.keep(going)
        return len(going) < len(found)

    def tour_of(self, screen: str) -> Tour | None:
        """The tour that has a screen; None while the guide has lent it back to the operators."""
        return next((tour for tour in self.tours.values() if screen in tour.screens and not tour.handed), None)

    def audience(self, screen: str) -> Audience:
        """Before whom a screen stands. One that is lent back still stands before visitors."""
        touring = any(screen in tour.screens for tour in (*self.tours.values(), *self.untold.values()))
        return "visitor" if screen and (touring or screen in self.guests) else "operator"

    def script_of(self, tour: Tour) -> Script:
        return self.scripts[tour.script]

    def counts(self, tour: Tour) -> Counter[int]:
        return self.votes.get(tour.code, Counter())

    def order(self, screen: str) -> bytes | None:
        """What the tour asks of a screen, None where none does."""
        tour = self.tour_of(screen)
        order = self.script_of(tour).step(tour.step).wall.order() if tour else {}
        return orjson.dumps(order) if order else None

    def wall(self, screen: str, joined: Mapping[str, int], words: Words) -> Wall | None:
        tour = self.tour_of(screen)
        if tour is None:
            return None
        return wall_of(self.script_of(tour), tour, self.counts(tour), joined.get(tour.code, 0), words, self.site)

    def phone(self, code: str, readings: Readings, words: Words) -> dict[str, Any]:
        """What the phones of a tour show; of one that is over, that it is."""
        tour = self.tours.get(code)
        if tour is None:
            return {"ended": True, "title": words["tour_over"], "html": markup(draw_end(words))}
        return dict(phone_of(self.script_of(tour), tour, self.counts(tour), readings, words))

    def facts(self, code: str, readings: Readings, words: Words) -> dict[str, Any]:
        """The numbers of the present step, as phones show them."""
        tour = self.tours.get(code)
        return dict(facts_of(self.script_of(tour).step(tour.step).phone.facts, readings, words)) if tour else {}
