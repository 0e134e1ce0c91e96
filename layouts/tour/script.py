"""A guided tour as it is written: steps with what the wall shows, what the guide says and what phones show."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from layouts.words import Words

Text = Annotated[str, Field(min_length=1)]
Notes = Annotated[list[Text], Field(min_length=1, max_length=3)]
Picture = Literal["report", "age", "siaga"]
MOST_OPTIONS = 5


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Told(Part):
    """One text in each language that the city speaks."""

    id: Text | None = None
    en: Text | None = None

    def said(self, words: Words) -> str:
        """In the language of `words`, or in the one there is."""
        return (self.id if words.language == "id" else self.en) or self.id or self.en or ""


class Say(Part):
    """What the guide is reminded of: at most three things, in each language."""

    id: Notes | None = None
    en: Notes | None = None

    def said(self, words: Words) -> list[str]:
        return (self.id if words.language == "id" else self.en) or self.id or self.en or []


class Shown(Part):
    """What the screens of the tour show: a board, a tile over the whole screen (the map drawn near to a district, by
    its code), or the wall's own last day once more."""

    board: Text | None = None
    tile: Text | None = None
    place: Text | None = None
    replay: Literal["today"] | None = None

    def order(self) -> dict[str, Any]:
        """As the wall is told it (assets/boards.js); empty where it goes on as it was."""
        told = {"board": self.board, "tile": self.tile, "place": self.place}
        return {key: value for key, value in told.items() if value is not None}


class Poll(Part):
    """A question to everybody. `right` is the number of the right option, from 0, where it is a quiz."""

    question: Told
    options: Annotated[list[Told], Field(min_length=1, max_length=MOST_OPTIONS)]
    right: Annotated[int, Field(ge=0)] | None = None


class OnPhone(Part):
    """The card that phones show: a text, numbers of this moment by name (facts.py), and a drawing."""

    text: Told
    facts: list[Text] = Field(default_factory=list)
    picture: Picture | None = None


class Step(Part):
    title: Told
    minutes: Annotated[float, Field(gt=0, le=60)]
    wall: Shown
    say: Say
    phone: OnPhone
    poll: Poll | None = None


class Script(Part):
    """A whole tour. `audience` says for whom it was written."""

    name: Told
    audience: Told
    steps: Annotated[list[Step], Field(min_length=1, max_length=40)]

    @property
    def minutes(self) -> float:
        return sum(step.minutes for step in self.steps)

    def step(self, number: int) -> Step:
        """The step of a tour, also of one that began with a longer script than there is now."""
        return self.steps[min(max(number, 0), len(self.steps) - 1)]
