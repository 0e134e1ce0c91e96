"""python -m tests.bench.rivals NAME PORT REDIS_URL SIZE: one rival, until it is stopped."""

from __future__ import annotations

import sys

import uvloop

from supervisor import end_with_parent
from tests.bench.rivals import dash_interval, dash_socket, floor

RIVALS = {"floor": floor.serve, "dash-socket": dash_socket.serve, "dash-interval": dash_interval.serve}


def main() -> None:
    name, port, url, size = sys.argv[1:]
    end_with_parent()
    uvloop.run(RIVALS[name](url, int(port), int(size)))


if __name__ == "__main__":
    main()
