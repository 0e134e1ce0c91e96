"""The brief as a PDF: one sheet of A4 with the same content as the page, its fonts embedded."""

from __future__ import annotations

from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from layouts.brief.ink import BOLD, TEXT, Fonts, Pen
from layouts.brief.page import CHANGED, OWN, SHAPES
from layouts.brief.shape import Cell, Row, Said, SaidChange, SaidDecision

MARGIN = 34.0
WIDTH = A4[0] - 2 * MARGIN
BOTTOM = 30.0
SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65)
"""Sizes are made smaller until everything stands on one sheet."""
COLUMNS = (0.405, 0.56, 0.663, 0.766, 0.865, 1.0)
"""Where the columns of the table end, as shares of its width."""
TONES = {"alarm": "alarm", "watch": "watch", "doubt": "doubt"}
VALUES = {"alarm": "alarm", "missed": "watch", "few": "t3", "unknown": "t3", "doubt": "doubt"}


def draw_pdf(said: Said, fonts: Fonts, address: str | None) -> bytes:
    """`address` is where the site is reached, so that numbers can be opened from the paper; None: they cannot."""
    drawn = b""
    for scale in SCALES:
        sheet = Sheet(said, fonts, scale, address)
        drawn, fits = sheet.draw()
        if fits:
            break
    return drawn


class Sheet:
    """One attempt at a size. `y` is where the next thing stands below."""

    def __init__(self, said: Said, fonts: Fonts, scale: float, address: str | None) -> None:
        fonts.ready.keys()
        self.out = BytesIO()
        self.canvas = Canvas(self.out, pagesize=A4, pageCompression=1, lang=said.language, initialFontName=TEXT)
        self.canvas.setTitle(f"{said.title} · {said.day}")
        self.canvas.setAuthor("Live Room")
        self.canvas.setSubject(" · ".join(part for part in (said.at, said.demo) if part))
        self.said = said
        self.pen = Pen(self.canvas, fonts)
        self.fonts = fonts
        self.scale = scale
        self.address = address
        self.y = A4[1] - MARGIN

    def draw(self) -> tuple[bytes, bool]:
        self.head()
        self.stage()
        self.decisions()
        self.table()
        self.changes()
        self.foot()
        fits = self.y >= BOTTOM
        self.canvas.showPage()
        self.canvas.save()
        return self.out.getvalue(), fits

    def at(self, size: float) -> float:
        return size * self.scale

    def step(self, points: float) -> None:
        self.y -= points * self.scale

    def link(self, link: str | None, x: float, y: float, width: float, height: float) -> None:
        if link is not None and self.address:
            self.canvas.linkURL(f"{self.address}{link}", (x, y, x + width, y + height), relative=0)

    def text(
        self, x: float, width: float, said: str, size: float, leading: float, tone: str = "t2", font: str = TEXT
    ) -> None:
        """Lines that wrap, below one another."""
        for line in self.fonts.lines(said, font, self.at(size), width):
            self.step(leading)
            self.pen.write(x, self.y, line, self.at(size), tone, font)

    def head(self) -> None:
        said, right = self.said, MARGIN + WIDTH
        self.step(10)
        self.pen.right(right, self.y, f"{said.day} · {said.at}", self.at(9.5), "t1", BOLD)
        self.step(13)
        end = right
        if said.demo:
            width = self.fonts.width(said.demo, BOLD, self.at(9)) + 8
            self.canvas.setStrokeColorRGB(0.2, 0.24, 0.28)
            self.canvas.setLineWidth(1.1)
            self.canvas.rect(right - width, self.y - 3, width, self.at(12.5), fill=0)
            self.pen.write(right - width + 4, self.y, said.demo, self.at(9), "t1", BOLD)
            end = right - width - 6
        self.pen.right(end, self.y, said.by, self.at(9.5))
        self.pen.write(MARGIN, self.y, said.title, self.at(16), "t1", BOLD)
        self.step(8)
        self.pen.rule(MARGIN, self.y, WIDTH, "t1", 1.4)

    def stage(self) -> None:
        one = self.said.stage
        tone = f"s{one.level or 0}"
        self.step(6)
        self.pen.box(MARGIN, self.y - 3, WIDTH, 3, tone)
        self.step(4)
        top = self.y
        self.pen.write(MARGIN, top - self.at(45), one.number, self.at(52), tone)
        self.pen.write(MARGIN + self.at(44), top - self.at(14), self.said.stage_label, self.at(9.5))
        self.pen.write(MARGIN + self.at(44), top - self.at(33), one.word, self.at(18), "t1", BOLD)
        self.pen.write(MARGIN + self.at(44), top - self.at(47), one.since, self.at(9.5))
        left = MARGIN + 190
        self.pen.down(left - 10, top - 3, self.at(50))
        self.step(2)
        self.text(left, WIDTH - 190, one.why, 11, 14, "t1")
        if one.doubt:
            self.text(left, WIDTH - 190, one.doubt, 9, 12, "doubt", BOLD)
        self.y = min(self.y, top - self.at(54))
        self.step(4)
        self.pen.rule(MARGIN, self.y, WIDTH, "edge")

    def title(self, said: str, beside: str) -> None:
        self.step(19)
        end = self.pen.write(MARGIN, self.y, said, self.at(11.5), "t1", BOLD)
        self.pen.write(end + 8, self.y, beside, self.at(9), "t3")
        self.step(5)

    def decisions(self) -> None:
        self.title(self.said.decide_title, self.said.decide_order)
        if not self.said.decisions:
            self.text(MARGIN, WIDTH, self.said.none, 10, 14)
            self.step(3)
        for place, one in enumerate(self.said.decisions):
            self.pen.rule(MARGIN, self.y, WIDTH, "edge" if place else TONES[one.severity], 0.8)
            self.decision(one)
        self.step(2)
        self.pen.rule(MARGIN, self.y, WIDTH, "edge")

    def decision(self, one: SaidDecision) -> None:
        top, width = self.y, WIDTH - 150
        self.step(13)
        self.pen.shape(OWN[one.severity], MARGIN, self.y - self.at(2), self.at(11))
        end = self.pen.write(MARGIN + self.at(16), self.y, one.label, self.at(8.5), TONES[one.severity], BOLD)
        self.pen.write(end + 10, self.y, one.until, self.at(8.5), "t2")
        before = self.y
        self.text(MARGIN, width, one.question, 12.5, 15, "t1", BOLD)
        self.link(one.link, MARGIN, self.y - 2, width, before - self.y)
        for label, said in one.rows:
            start = self.y
            self.text(MARGIN + 52, width - 52, said, 9.3, 11.8)
            self.pen.write(MARGIN, start - self.at(11.8), label, self.at(9.3), "t3")
        bottom = self.y
        self.tick(top)
        self.y = min(bottom, top - self.at(62))
        self.step(6)

    def tick(self, top: float) -> None:
        """Boxes to tick, in place of what a screen can be pressed for."""
        left = MARGIN + WIDTH - 132
        self.pen.down(left - 10, top - 5, self.at(56))
        for place, said in enumerate(self.said.yes):
            y = top - self.at(15 + 16 * place)
            self.canvas.setStrokeColorRGB(0.07, 0.1, 0.13)
            self.canvas.setLineWidth(0.9)
            self.canvas.rect(left, y - 1, self.at(8.5), self.at(8.5), fill=0)
            self.pen.write(left + self.at(14), y, said, self.at(9.3))
        self.pen.rule(left, top - self.at(60), 132, "edge")

    def table(self) -> None:
        said = self.said
        self.title(said.rows_title, "")
        columns = [MARGIN + WIDTH * share for share in COLUMNS]
        self.step(7)
        name, *heads = said.heads
        self.pen.write(MARGIN + self.at(20), self.y, name, self.at(8.5), "t3")
        for right, head in zip(columns, heads, strict=True):
            self.pen.right(right, self.y, head, self.at(8.5), "t3")
        self.step(5)
        self.pen.rule(MARGIN, self.y, WIDTH, "edge")
        for row in said.rows:
            self.row(row, columns)

    def row(self, row: Row, columns: list[float]) -> None:
        height = self.at(25.5)
        self.pen.box(columns[0] + 8, self.y - height, columns[1] - columns[0] - 4, height, "g2")
        upper, lower = self.y - self.at(11), self.y - self.at(21)
        self.pen.shape(SHAPES[row.verdict], MARGIN + 1, self.y - self.at(18), self.at(11.5))
        width = columns[0] - MARGIN - self.at(20) - 48
        end = self.pen.write(
            MARGIN + self.at(20), upper, self.fonts.cut(row.name, BOLD, self.at(9.6), width), self.at(9.6), "t1", BOLD
        )
        self.pen.write(end + 2, upper + self.at(3), row.mark, self.at(6.5), "t3")
        self.pen.write(MARGIN + self.at(20), lower, row.of, self.at(8), "t3")
        self.pen.right(columns[0], upper, row.target, self.at(9.6))
        self.pen.right(columns[0], lower, row.verdict_said, self.at(8), VALUES.get(row.verdict, "t3"))
        for right, cell in zip(columns[1:5], row.cells, strict=True):
            self.cell(cell, right, upper, lower)
        self.pen.right(columns[5], upper, row.since, self.at(9.6))
        self.pen.right(columns[5], lower, row.course, self.at(8), "t3")
        self.y -= height
        self.pen.rule(MARGIN, self.y, WIDTH)

    def cell(self, cell: Cell, right: float, upper: float, lower: float) -> None:
        tone = VALUES.get(cell.verdict, "t1")
        size = self.at(10.6)
        if cell.verdict == "alarm":
            width = self.fonts.width(cell.value, BOLD, size)
            self.pen.box(right - width - 3, upper - 2.5, width + 6, size + 2, "alarm")
            tone = "white"
        start = self.pen.right(right, upper, cell.value, size, tone, BOLD)
        self.link(cell.link, start, lower, right - start, size * 2)
        under = " · ".join(part for part in (cell.of, cell.when) if part)
        self.pen.right(right, lower, under, self.at(7.4), "t3")

    def changes(self) -> None:
        said = self.said
        self.title(said.changes_title, said.changes_since)
        each = list(said.changes) or [SaidChange(None, said.changes_none, None)]
        if said.changes_more:
            each.append(SaidChange(None, said.changes_more, None))
        half, middle = WIDTH / 2 - 8, (len(each) + 1) // 2
        top, lowest = self.y, self.y
        for place, one in enumerate(each):
            if place == middle:
                self.y = top
            left = MARGIN if place < middle else MARGIN + WIDTH / 2 + 8
            width = WIDTH if len(each) == 1 else half
            start = self.y
            self.text(left + self.at(15), width - self.at(15), one.text, 9, 12)
            self.pen.shape(CHANGED[one.severity], left, start - self.at(14), self.at(10))
            self.link(one.link, left, self.y - 2, width, start - self.y)
            lowest = min(lowest, self.y)
        self.y = lowest
        for note in said.notes:
            self.step(12)
            line = self.fonts.cut(f"{said.notes_label}: {note}", TEXT, self.at(9), WIDTH)
            self.pen.write(MARGIN, self.y, line, self.at(9))
        self.step(7)

    def foot(self) -> None:
        said = self.said
        self.pen.rule(MARGIN, self.y, WIDTH, "edge")
        lines = [
            f"{said.definitions_label}: {said.definitions}",
            " ".join(part for part in (said.legend_more, said.history) if part),
            f"{said.sources_label}: {said.sources}. {said.never_label}: {said.never}.",
            said.masked,
        ]
        for line in lines:
            self.text(MARGIN, WIDTH, line, 7.5, 9.4, "t3")
            self.step(1.5)
