"""Reading XML of any size as it arrives: of all of it only the elements one asks for are ever whole in memory.

No document types, entities or external references. A file packed with gzip is unpacked on the way. Names and types
lose their namespaces, so that versions of a standard which differ in these alone read the same.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.ElementTree import DefusedXMLParser

from collectors.failures import SourceError

MEGABYTE = 1 << 20

_STEP = 1 << 16
_LONGEST_HEAD = 256
_DEPTH = 100
_LONGEST_TAG = MEGABYTE
_LARGEST_PART = 4 * MEGABYTE
_PER_ELEMENT = 64
_GZIP = b"\x1f\x8b"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class XmlStream:
    """One document. Every method raises SourceError for what is no XML, broken, hostile or too large.

    `parts` are the elements wanted whole; `noted` those whose attributes are kept in `attributes`, by name.
    `limit` is bytes after unpacking.
    """

    def __init__(self, host: str, parts: frozenset[str], noted: frozenset[str], limit: int) -> None:
        self._host, self._limit = host, limit
        self._tree = _Parts(parts, noted)
        self._parser = DefusedXMLParser(target=self._tree, forbid_dtd=True)
        self._unpacking: zlib._Decompress | None = None
        self._head: bytes | None = b""
        self._read = self._heard = self._silent = 0

    @property
    def attributes(self) -> dict[str, dict[str, str]]:
        return self._tree.attributes

    def feed(self, piece: bytes) -> Iterator[list[Element]]:
        """Reads on, in short steps: the parts that ended in each, for the caller to pause in between."""
        if self._head is not None:
            self._head += piece
            if len(self._head) < _LONGEST_HEAD and len(self._head.lstrip()) < len(_GZIP):
                return
            # some servers write a line break before everything else, which XML does not allow
            piece, self._head = self._head.lstrip(), None
            if piece.startswith(_GZIP):
                self._unpacking = zlib.decompressobj(31)
            else:
                self._must_be_markup(piece)
        for plain in self._unpacked(piece):
            for at in range(0, len(plain), _STEP):
                yield self._parsed(plain[at : at + _STEP])

    def close(self) -> None:
        """Says that this was all of it."""
        if self._head is not None:
            self._must_be_markup(self._head)
        if self._unpacking is not None and not self._unpacking.eof:
            raise SourceError(self._host, "gzip file cut off")
        self._parse(None)

    def _unpacked(self, piece: bytes) -> Iterator[bytes]:
        """As it is, or out of a gzip file of one or several members."""
        while self._unpacking is not None and piece:
            if self._unpacking.eof:
                if not piece.startswith(_GZIP):
                    return  # padding
                self._unpacking = zlib.decompressobj(31)
            try:
                plain = self._unpacking.decompress(piece, _STEP)
            except zlib.error:
                raise SourceError(self._host, "gzip file broken") from None
            piece = self._unpacking.unused_data if self._unpacking.eof else self._unpacking.unconsumed_tail
            yield plain
        if self._unpacking is None:
            yield piece

    def _parsed(self, plain: bytes) -> list[Element]:
        self._read += len(plain)
        if self._read > self._limit:
            raise SourceError(self._host, f"answer larger than {self._limit // MEGABYTE} MB", fault="too_large")
        self._parse(plain)
        # expat keeps a tag, an attribute or a comment until it ends
        self._silent = self._silent + len(plain) if self._heard == self._tree.heard else 0
        self._heard = self._tree.heard
        if self._silent > _LONGEST_TAG:
            raise SourceError(self._host, "XML refused: a tag or a comment of more than 1 MB")
        found, self._tree.ended = self._tree.ended, []
        return found

    def _parse(self, plain: bytes | None) -> None:
        """Parses on, or to the end where there is nothing more."""
        try:
            if plain is None:
                self._parser.close()
            else:
                self._parser.feed(plain)
        except ParseError as problem:
            line, column = problem.position
            raise SourceError(self._host, f"XML broken or cut off at line {line}, column {column}") from None
        except _TooMuch as problem:
            raise SourceError(self._host, f"XML refused: {problem}") from None
        except (ValueError, LookupError):
            raise SourceError(self._host, "XML refused: document types, entities or an unknown encoding") from None

    def _must_be_markup(self, start: bytes) -> None:
        if start.startswith(_MARKS):
            return
        text = start[:256].lstrip().lower()
        if text.startswith((b"<!doctype html", b"<html")):
            raise SourceError(self._host, "answered an HTML page instead of XML", fault="html")
        if not text.startswith(b"<"):
            found = "something that is not" if text else "nothing instead of"
            raise SourceError(self._host, f"answered {found} XML")


class _TooMuch(Exception):
    """The document is larger in some way than any honest one."""


class _Parts:
    """What the parser speaks to: builds the wanted elements, lets everything else pass."""

    def __init__(self, parts: frozenset[str], noted: frozenset[str]) -> None:
        self._parts, self._noted = parts, noted
        self._building: TreeBuilder | None = None
        self._depth = self._outermost = self._size = 0
        self.attributes: dict[str, dict[str, str]] = {}
        self.ended: list[Element] = []
        self.heard = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.heard += 1
        self._depth += 1
        if self._depth > _DEPTH:
            raise _TooMuch(f"nested deeper than {_DEPTH} elements")
        name = local(tag)
        if self._building is None:
            if name in self._noted and name not in self.attributes:
                self.attributes[name] = _plain(attributes)
            if name not in self._parts:
                return
            self._building, self._outermost, self._size = TreeBuilder(), self._depth, 0
        self._grow(_PER_ELEMENT + sum(len(key) + len(value) for key, value in attributes.items()))
        self._building.start(name, _plain(attributes))

    def data(self, text: str) -> None:
        self.heard += 1
        if self._building is not None:
            self._grow(len(text))
            self._building.data(text)

    def end(self, tag: str) -> None:
        self.heard += 1
        if self._building is not None:
            self._building.end(local(tag))
            if self._depth == self._outermost:
                self.ended.append(self._building.close())
                self._building = None
        self._depth -= 1

    def close(self) -> None:
        """The parser calls this at the end."""

    def _grow(self, by: int) -> None:
        self._size += by
        if self._size > _LARGEST_PART:
            raise _TooMuch("one element of more than 4 MB")


def local(name: str) -> str:
    """A name without its namespace: "{urn:x}Accident" is "Accident"."""
    return name.rpartition("}")[2]


def _plain(attributes: dict[str, str]) -> dict[str, str]:
    """Attributes by local name; a type "sit:Accident" is "Accident"."""
    if not attributes:
        return attributes
    found = {local(key): value for key, value in attributes.items()}
    if "type" in found:
        found["type"] = found["type"].rpartition(":")[2]
    return found
