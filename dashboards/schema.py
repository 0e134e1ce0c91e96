"""The shapes of questions and answers as JSON Schema, from the types that the code itself is checked against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import BaseModel

PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    Any: {},
}


class Schemas:
    """Schemas by name, each once; `of` is where a type is to be found. JSON Schema 2020-12, as OpenAPI 3.1 has it."""

    def __init__(self, at: str = "#/components/schemas/") -> None:
        self.at = at
        self.named: dict[str, dict[str, Any]] = {}

    def of(self, kind: Any) -> dict[str, Any]:
        """Raises TypeError for a type that JSON does not have."""
        if kind in PLAIN:
            return PLAIN[kind]
        if is_typeddict(kind):
            return self.shape(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self.model(kind)
        origin, given = get_origin(kind), get_args(kind)
        if origin in (NotRequired, Required):
            return self.of(given[0])
        return self.composed(origin, given)

    def composed(self, origin: Any, given: tuple[Any, ...]) -> dict[str, Any]:
        if origin is Literal:
            return {"enum": list(given)}
        each = [self.of(one) for one in given if one is not Ellipsis]
        if origin in (Union, UnionType):
            return {"anyOf": each}
        if origin in (list, Sequence):
            return {"type": "array", "items": each[0]}
        if origin is tuple:
            return {"type": "array", "prefixItems": each, "items": False}
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": each[1]}
        raise TypeError(f"{origin} of {given} cannot be told as JSON")

    def model(self, kind: type[BaseModel]) -> dict[str, Any]:
        """What is sent, as it is checked."""
        self.named[kind.__name__] = kind.model_json_schema(ref_template=self.at + "{model}")
        return {"$ref": self.at + kind.__name__}

    def shape(self, kind: Any) -> dict[str, Any]:
        name = str(kind.__name__)
        if name not in self.named:
            self.named[name] = {}  # a shape may hold itself
            hints = get_type_hints(kind, include_extras=True)
            optional = [key for key, hint in hints.items() if get_origin(hint) is NotRequired]
            self.named[name] = {
                "type": "object",
                "description": " ".join((kind.__doc__ or "").split()),
                "properties": {key: self.of(hint) for key, hint in hints.items()},
                "required": sorted(hints.keys() - set(optional)),
            }
        return {"$ref": self.at + name}
