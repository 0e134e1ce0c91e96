"""What a PDF of ours says: reads back the texts, pages and fonts of what reportlab wrote (ISO 32000)."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Document:
    """`text` in the order of drawing, pieces joined by blanks; `boxes` the sizes of the pages in points."""

    text: str
    pages: int
    boxes: list[tuple[float, ...]]
    embedded: int
    fonts: set[str]
    links: list[str]


def read_pdf(data: bytes) -> Document:
    assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")
    objects = {int(found[1]): found[2] for found in re.finditer(rb"(\d+) 0 obj\s(.*?)\sendobj", data, re.S)}
    letters = {}
    for number, body in objects.items():
        if b"/ToUnicode" in body:
            cmap = re.search(rb"/ToUnicode (\d+) 0 R", body)
            assert cmap is not None
            letters[number] = mapping(stream(objects[int(cmap[1])]))
    named = {
        name.decode(): int(number)
        for body in objects.values()
        for name, number in re.findall(rb"/(F\d+(?:\+\d+)?) (\d+) 0 R", body)
    }
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b", body)]
    text = []
    for page in pages:
        content = re.search(rb"/Contents (\d+) 0 R", page)
        assert content is not None
        text.append(drawn(stream(objects[int(content[1])]).decode("latin-1"), named, letters))
    boxes = [
        tuple(float(one) for one in found.split())
        for page in pages
        for found in re.findall(rb"/MediaBox \[([^\]]+)\]", page)
    ]
    fonts = {name.decode().partition("+")[2] or name.decode() for name in re.findall(rb"/BaseFont /(\S+)", data)}
    links = [one.decode("latin-1") for one in re.findall(rb"/URI \(([^)]*)\)", data)]
    return Document(" ".join(text), len(pages), boxes, len(re.findall(rb"/FontFile2", data)), fonts, links)


def stream(body: bytes) -> bytes:
    found = re.search(rb"stream\r?\n(.*?)endstream", body, re.S)
    assert found is not None
    data = found[1]
    if b"/ASCII85Decode" in body:
        data = base64.a85decode(b"<~" + data.strip(), adobe=True)
    return zlib.decompress(data) if b"/FlateDecode" in body else data


def mapping(cmap: bytes) -> dict[int, str]:
    """A ToUnicode CMap as letters by code."""
    found = {}
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.S):
        for first, _, many in re.findall(rb"<(\w+)>\s*<(\w+)>\s*\[(.*?)\]", block, re.S):
            for place, letter in enumerate(re.findall(rb"<(\w+)>", many)):
                found[int(first, 16) + place] = chr(int(letter, 16))
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.S):
        for code, letter in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            found[int(code, 16)] = chr(int(letter, 16))
    return found


def drawn(content: str, named: dict[str, int], letters: dict[int, dict[int, str]]) -> str:
    said, known = [], {}
    for name, shown in re.findall(r"/(F\d+(?:\+\d+)?) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", content):
        if name:
            known = letters.get(named[name], {})
            continue
        codes = re.sub(r"\\(\d{3}|.)", lambda found: unescaped(found[1]), shown)
        said.append("".join(known.get(ord(code), code) for code in codes))
    return " ".join(said)


def unescaped(text: str) -> str:
    if text.isdigit() and len(text) == 3:
        return chr(int(text, 8))
    return {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}.get(text, text)
