"""One reason to doubt data that come all the same, as code and parameters, so that it can be said in any language.

field_vanished     a field that nearly every row had has been in none of the last rows
word_unknown       a status or a kind that we do not know has turned up
rows_collapsed     a source that sends its whole state sends a fraction of it, run after run
total_differs      the source says it has another number of something than it sent
parts_differ       the parts of a whole do not add up to it
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

Code = Literal["field_vanished", "word_unknown", "rows_collapsed", "total_differs", "parts_differ"]


class Doubt(TypedDict):
    """`of` is what is counted, `stated` the whole and `counted` what came or what the parts add up to.

    `at` names the row that it is about, `unit` the beds of a reading; `others` is how many more there are than can be
    listed.
    """

    code: Code
    since: str
    field: NotRequired[str]
    word: NotRequired[str]
    rows: NotRequired[int]
    usual: NotRequired[int]
    of: NotRequired[str]
    stated: NotRequired[int]
    counted: NotRequired[int]
    at: NotRequired[str]
    unit: NotRequired[str]
    others: NotRequired[int]
