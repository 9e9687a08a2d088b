"""Names of the objects one sealed session consists of, and how large each may be."""

import re

HEADER_NAME = "header.isf"
KEYS_NAME = "keys.isf"
LOG_NAME = "log.isf"

MAX_OBJECT_BYTES = 262_144
"""Largest header, slot file, segment or log slice: what one upload carries."""
MAX_LOG_BYTES = 64 * 1024 * 1024
"""Largest `log.isf`: 381,299 segments and a final record, a day and more at four a second."""

DESKTOP_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
"""What macOS and Windows leave in folders that somebody looked into, in lower case."""

_SEGMENT = re.compile(r"seg/([0-9]{2})-([0-9]{8})\.isg")
_SLICE = re.compile(r"log/([0-9]{8})\.isl")


def segment_name(stream: int, index: int) -> str:
    """Name of segment `index` of the stream at position `stream`, such as `seg/01-00000042.isg`."""
    return f"seg/{stream:02d}-{index:08d}.isg"


def parse_segment_name(name: str) -> tuple[int, int] | None:
    """Stream position and index of a segment's name, `None` for any other name."""
    match = _SEGMENT.fullmatch(name)
    return (int(match[1]), int(match[2])) if match else None


def slice_name(index: int) -> str:
    """Name of log record `index` kept as an object of its own, such as `log/00000042.isl`."""
    return f"log/{index:08d}.isl"


def parse_slice_name(name: str) -> int | None:
    """Record number of a log slice's name, `None` for any other name."""
    match = _SLICE.fullmatch(name)
    return int(match[1]) if match else None


def largest(name: str) -> int:
    """How many bytes the object `name` may have."""
    return MAX_LOG_BYTES if name == LOG_NAME else MAX_OBJECT_BYTES
