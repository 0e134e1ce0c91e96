"""YAML with the place of every key and value, read so that nothing means what it does not say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

Place = tuple[str | int, ...]
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
YAML_TAGS = "tag:yaml.org,2002:"


@dataclass
class Sheet:
    """One YAML text as plain values, with the place of every key and value in it.

    `written` is the text of the values that hold variables, `unset` the places of those that could not be filled,
    `used` the variables that were.
    """

    file: str
    environment: Mapping[str, str]
    places: dict[Place, tuple[int, int]] = field(default_factory=dict)
    mistakes: list[tuple[tuple[int, int], str]] = field(default_factory=list)
    written: dict[Place, str] = field(default_factory=dict)
    unset: set[Place] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    def read(self, text: str) -> Any:
        """The text's values; an empty text is an empty block. None with a mistake noted where it is not YAML."""
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self.mistakes.append((place, f"this is not YAML: {yaml_problem(error)}"))
            return None
        except yaml.reader.ReaderError as error:
            before = text[: error.position]
            place = (before.count("\n") + 1, error.position - before.rfind("\n"))
            self.mistakes.append((place, f"this is not YAML: the character U+{ord(text[error.position]):04X} in it"))
            return None
        return {} if node is None else self.value(node, (), ())

    def value(self, node: yaml.Node, path: Place, above: tuple[yaml.Node, ...]) -> Any:
        self.places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
        if any(node is one for one in above):
            self.wrong(path, "this alias stands within what it names")
            return None
        if not node.tag.startswith(YAML_TAGS):
            self.wrong(path, f"found the tag {node.tag}; tags are not allowed")
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path, (*above, node))
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index), (*above, node)) for index, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        quoted = node.style in ("'", '"', "|", ">")
        text = self.filled(node.value, path)
        return text if quoted else plain(text)

    def mapping(self, node: yaml.MappingNode, path: Place, above: tuple[yaml.Node, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, yaml.ScalarNode):
                self.mistakes.append((place, f"{dotted(path)}: a key must be plain text"))
                continue
            key = str(key_node.value)
            if key in found:
                first = self.places[(*path, key)][0]
                self.mistakes.append((place, f"{dotted((*path, key))}: this key was given before, in line {first}"))
                continue
            self.places[(*path, key)] = place
            found[key] = self.value(value_node, (*path, key), above)
        return found

    def filled(self, text: str, path: Place) -> str:
        """The text with the environment's values in it; a variable that is not set is a mistake, and empty."""
        filled, missing = self.substituted(text)
        if filled != text or missing:
            self.written[path] = text
        for name in missing:
            self.unset.add(path)
            self.wrong(path, f"the environment variable {name} is not set; set it, or write ${{{name}:-default}}")
        return filled

    def substituted(self, text: str) -> tuple[str, list[str]]:
        """The text with the environment's values in it, and the names of the variables that are not set."""
        missing: list[str] = []

        def replace(match: re.Match[str]) -> str:
            name, default = match[1], match[2]
            given = self.environment.get(name)
            if given:
                self.used.add(name)
                return given
            if default is None:
                missing.append(name)
            return default or ""

        return VARIABLE.sub(replace, text), missing

    def shown(self, path: Place, found: object) -> str:
        """What was found, for a sentence. A value from the environment may be secret: it is shown as it was written."""
        if path in self.written:
            return self.written[path]
        if found is None:
            return "nothing"
        if isinstance(found, Mapping):
            return "a block of keys"
        if isinstance(found, list):
            return "a list"
        if isinstance(found, bool):
            return str(found).lower()
        text = repr(found)
        return text if len(text) <= 80 else f"{text[:77]}..."

    def wrong(self, path: Place, sentence: str) -> None:
        """Note a mistake at a key or value, or at what stands around it where it has no place of its own."""
        known = path
        while known not in self.places and known:
            known = known[:-1]
        self.mistakes.append((self.places.get(known, (1, 1)), f"{dotted(path)}: {sentence}"))

    def has(self, path: Place) -> bool:
        """Whether a mistake was noted at a key."""
        return any(place == self.places.get(path) for place, _ in self.mistakes)

    def sentences(self) -> list[str]:
        """Every mistake with its place, in the file's order."""
        ordered = sorted(self.mistakes, key=lambda mistake: mistake[0])
        return [f"{self.file}:{line}:{column}: {text}" for (line, column), text in ordered]


def plain(text: str) -> str | int | float | bool | None:
    """A scalar without quotes. Only what cannot be meant otherwise is not text: `no`, `12:30` and `010` are text."""
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", text):
        return int(text)
    if re.fullmatch(r"-?(0|[1-9][0-9]{0,17})\.[0-9]+", text):
        return float(text)
    return text


def yaml_problem(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or error.context or "it cannot be read"
    if "'\\t'" in problem:
        return "a tab stands where only spaces may; indent with spaces"
    if problem == "mapping values are not allowed here":
        return "a second ': ' in one line; put a text with a colon in quotes, and check the indent"
    return problem


def dotted(path: Place) -> str:
    return ".".join(str(part) for part in path) or "the file"
