"""One block of keys against its model, and the rule for names."""

from __future__ import annotations

import re
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from config.keys import sentence
from config.sheet import Place, Sheet

NAME_RULE = "small letters, digits and hyphens, at most 41 of them, the first not a hyphen"

Model = TypeVar("Model", bound=BaseModel)


def is_name(text: str) -> bool:
    return re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", text) is not None


def block(
    sheet: Sheet, model: type[Model], place: Place, found: object, *, allowed: list[str] | None = None
) -> Model | None:
    """The block as its model, None with every mistake noted. `allowed` are the keys to name where one is unknown."""
    try:
        return model.model_validate(found)
    except ValidationError as error:
        for detail in error.errors():
            where = (*place, *detail["loc"])
            if where not in sheet.unset:
                shown = sheet.shown(where, detail.get("input"))
                sheet.wrong(where, sentence(detail, shown, allowed or list(model.model_fields)))
        return None
