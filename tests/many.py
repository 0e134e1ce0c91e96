"""More applications than any one city of ours has yet: the shipped table, over and over."""

from __future__ import annotations

import csv
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "cities" / "tangerang" / "applications.csv"


def write_applications(path: Path, count: int) -> None:
    """A table of so many applications that the pretend city answers for."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        for number, row in enumerate(islice(cycle(rows), count)):
            again = number // len(rows)
            writer.writerow(
                row | {"id": f"{row['id']}-{again}", "name": f"{row['name']} {again + 1}"} if again else row
            )
