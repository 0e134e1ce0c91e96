"""The file of a recording: messages of a wall, compressed, in chunks that are whole or not there.

    chunk   = head, bytes
    head    = kind (1), time of its first and its last message (8 + 8, ms since 1970), size (4), CRC-32 (4); big-endian
    bytes   = a part of a zlib stream (RFC 1950), flushed so that all of it can be read (Z_SYNC_FLUSH)

A chunk of the kind JOINED or PICTURE begins a stream of its own with a complete picture, so that one need not read
what was before it; the others (MORE) go on with that stream. JOINED says that something may have been missed before.
The text of a stream is one message a line, exactly as it was sent: JSON of ours has no line ends. A file that ends
within a chunk was written by a process that died; what comes before that chunk is good.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from typing import BinaryIO

HEAD = Struct(">cQQII")
JOINED, PICTURE, MORE = b"J", b"P", b"M"
LARGEST = 64 << 20
ENDING = ".recording"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Where a chunk's bytes begin in its file, and what its head says."""

    kind: bytes
    first: int
    last: int
    offset: int
    size: int
    crc: int

    @property
    def end(self) -> int:
        return self.offset + self.size


def chunks(file: BinaryIO, offset: int = 0) -> Iterator[Chunk]:
    """The chunks that are there in full from an offset on, by their heads alone."""
    whole = os.fstat(file.fileno()).st_size
    while offset + HEAD.size <= whole:
        file.seek(offset)
        kind, first, last, size, crc = HEAD.unpack(file.read(HEAD.size))
        chunk = Chunk(kind, first, last, offset + HEAD.size, size, crc)
        if kind not in (JOINED, PICTURE, MORE) or size > LARGEST or chunk.end > whole:
            return
        yield chunk
        offset = chunk.end


def bytes_of(file: BinaryIO, chunk: Chunk) -> bytes | None:
    """A chunk's bytes, None where they are not those that were written."""
    file.seek(chunk.offset)
    found = file.read(chunk.size)
    return found if len(found) == chunk.size and zlib.crc32(found) == chunk.crc else None


class Writer:
    """One file that grows. Every method raises OSError; after one, begin another file with a complete picture."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path = path
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.size = os.fstat(self.file).st_size
        self.stream = zlib.compressobj(6)

    def write(self, kind: bytes, first: int, last: int, messages: Sequence[bytes]) -> None:
        """One chunk, which is in the file as a whole when this returns."""
        if kind != MORE:
            self.stream = zlib.compressobj(6)
        packed = self.stream.compress(b"\n".join(messages) + b"\n") + self.stream.flush(zlib.Z_SYNC_FLUSH)
        chunk = HEAD.pack(kind, first, last, len(packed), zlib.crc32(packed)) + packed
        if os.write(self.file, chunk) != len(chunk):
            os.ftruncate(self.file, self.size)
            raise OSError(28, "No space left on device")
        self.size += len(chunk)

    def close(self) -> None:
        os.close(self.file)
