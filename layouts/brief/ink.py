"""Ink for a sheet of paper: two fonts, lines that wrap, and the shapes of the screen. Points, from the lower left."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import reportlab
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

TEXT, BOLD, REST = "LiveRoomText", "LiveRoomBold", "LiveRoomRest"
COLOURS = {
    "t1": "#121A21", "t2": "#2F3B46", "t3": "#475460", "line": "#CBD3DB", "edge": "#76838F", "g2": "#F3F5F7",
    "white": "#FFFFFF", "watch": "#8A5A00", "mark": "#B87800", "alarm": "#B3261E", "doubt": "#6B3FA0",
    "s0": "#76838F", "s1": "#3F6480", "s2": "#8A5A00", "s3": "#A84A00", "s4": "#B3261E", "s5": "#8E2E80",
}  # fmt: skip
"""The screen's tokens for paper (assets/10-palette.css)."""


def colour(name: str) -> Color:
    return HexColor(COLOURS[name])


@dataclass(frozen=True)
class Fonts:
    """The folder of the city's fonts as TrueType, which PDFs embed. What they lack is drawn in one of reportlab's."""

    folder: Path

    @cached_property
    def ready(self) -> dict[str, TTFont]:
        """The fonts by name, registered with reportlab. Raises TTFError for a file that is none."""
        rest = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
        paths = {TEXT: self.folder / "inter-text.ttf", BOLD: self.folder / "inter-bold.ttf", REST: rest}
        fonts = {name: TTFont(name, str(path)) for name, path in paths.items()}
        for font in fonts.values():
            pdfmetrics.registerFont(font)
        return fonts

    def runs(self, text: str, font: str) -> list[tuple[str, str]]:
        """The text in pieces, each with a font that has its letters; what none has is a question mark."""
        fonts = self.ready
        found: list[tuple[str, str]] = []
        for sign in text.replace("\u00a0", " "):
            use = next((name for name in (font, REST) if ord(sign) in fonts[name].face.charToGlyph), None)
            name, shown = (font, "?") if use is None else (use, sign)
            if found and found[-1][0] == name:
                found[-1] = (name, found[-1][1] + shown)
            else:
                found.append((name, shown))
        return found

    def width(self, text: str, font: str, size: float) -> float:
        return float(sum(pdfmetrics.stringWidth(piece, name, size) for name, piece in self.runs(text, font)))

    def lines(self, text: str, font: str, size: float, width: float) -> list[str]:
        """The text in lines of at most that width; a word that is longer is cut."""
        found: list[str] = []
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if self.width(longer, font, size) <= width:
                line = longer
                continue
            if line:
                found.append(line)
            line = self.cut(word, font, size, width)
        return [*found, line] if line else found

    def cut(self, text: str, font: str, size: float, width: float) -> str:
        """The text, or as much of it as fits and an ellipsis."""
        if self.width(text, font, size) <= width:
            return text
        while text and self.width(f"{text}…", font, size) > width:
            text = text[:-1]
        return f"{text}…"


class Pen:
    """Writes and draws on a canvas."""

    def __init__(self, canvas: Canvas, fonts: Fonts) -> None:
        self.canvas = canvas
        self.fonts = fonts

    def write(self, x: float, y: float, text: str, size: float, tone: str = "t2", font: str = TEXT) -> float:
        """A line from the left; where it ends."""
        self.canvas.setFillColor(colour(tone))
        for name, piece in self.fonts.runs(text, font):
            self.canvas.setFont(name, size)
            self.canvas.drawString(x, y, piece)
            x += pdfmetrics.stringWidth(piece, name, size)
        return x

    def right(self, x: float, y: float, text: str, size: float, tone: str = "t2", font: str = TEXT) -> float:
        """A line that ends at x; where it begins."""
        start = x - self.fonts.width(text, font, size)
        self.write(start, y, text, size, tone, font)
        return start

    def rule(self, x: float, y: float, width: float, tone: str = "line", weight: float = 0.6) -> None:
        self.canvas.setStrokeColor(colour(tone))
        self.canvas.setLineWidth(weight)
        self.canvas.line(x, y, x + width, y)

    def down(self, x: float, y: float, height: float, tone: str = "line") -> None:
        self.canvas.setStrokeColor(colour(tone))
        self.canvas.setLineWidth(0.6)
        self.canvas.line(x, y, x, y - height)

    def box(self, x: float, y: float, width: float, height: float, tone: str) -> None:
        self.canvas.setFillColor(colour(tone))
        self.canvas.rect(x, y, width, height, stroke=0, fill=1)

    def shape(self, name: str, x: float, y: float, size: float) -> None:
        """A shape of the screen in a square whose lower left is given; it means the same without colour."""
        draw = {"alarm": self.alarm, "watch": self.watch, "calm": self.calm, "stale": self.clock}.get(name, self.open)
        self.canvas.saveState()
        self.canvas.translate(x, y)
        self.canvas.scale(size / 24, size / 24)
        self.canvas.setLineWidth(2)
        draw()
        self.canvas.restoreState()

    def sign(self) -> None:
        self.canvas.setStrokeColor(colour("white"))
        self.canvas.setLineWidth(2.8)
        self.canvas.line(12, 17.5, 12, 10.5)
        self.canvas.line(12, 7.8, 12, 6)

    def alarm(self) -> None:
        self.box(2, 2, 20, 20, "alarm")
        self.sign()

    def watch(self) -> None:
        self.canvas.setFillColor(colour("mark"))
        path = self.canvas.beginPath()
        for place, (x, y) in enumerate(((12, 1), (23, 12), (12, 23), (1, 12))):
            (path.lineTo if place else path.moveTo)(x, y)
        path.close()
        self.canvas.drawPath(path, stroke=0, fill=1)
        self.sign()

    def calm(self) -> None:
        self.canvas.setStrokeColor(colour("edge"))
        self.canvas.circle(12, 12, 10)
        self.canvas.line(7.5, 11.7, 10.6, 8.6)
        self.canvas.line(10.6, 8.6, 16.6, 14.6)

    def clock(self) -> None:
        self.canvas.setStrokeColor(colour("doubt"))
        self.canvas.circle(12, 12, 10)
        self.canvas.line(12, 18, 12, 12)
        self.canvas.line(12, 12, 16.5, 12)

    def open(self) -> None:
        self.canvas.setStrokeColor(colour("edge"))
        self.canvas.setDash(4, 3.5)
        self.canvas.circle(12, 12, 10)
        self.canvas.setDash()
