"""One block of keys against its model, and the rule for names."""

from __future__ import annotations

import re
from typing import TypeVar, get_args

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
                inner = keys_within(model, detail["loc"][:-1])
                sheet.wrong(where, sentence(detail, shown, inner or allowed or list(model.model_fields)))
        return None


def keys_within(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str] | None:
    """The keys of the block that stands at a place within another, None where that is the block itself."""
    found: type[BaseModel] | None = None
    for part in place:
        fields = (found or model).model_fields
        if isinstance(part, str) and part in fields:
            found = model_in(fields[part].annotation)
    return list(found.model_fields) if found else None


def model_in(annotation: object) -> type[BaseModel] | None:
    """The model in an annotation such as list[Model] or Model | None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in get_args(annotation) if (found := model_in(each))), None)
