"""The rules for the fields of a header's description, from FORMAT.md alone: part of the second reader."""

import re
import unicodedata

from tests.vectors.isf1_ed25519 import weak

HEX = re.compile(r"[0-9a-f]{64}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z")
STREAM = re.compile(r"[a-z][a-z0-9-]{0,31}")
TEXTS = {"institution": 1, "exam": 1, "candidate": 1, "client": 0, "nonce": 0}
WRITTEN = {"config_sha256": HEX, "attempt": UUID, "started_at": UTC, "pk0": HEX}
OTHERS = {"take", "previous", "t0_ns", "streams"}


class Rejected(Exception):
    pass


def require(condition, reason):
    if not condition:
        raise Rejected(reason)


def is_text(value, shortest):
    return (
        isinstance(value, str)
        and shortest <= len(value) <= 256
        and all(each == " " or unicodedata.category(each)[0] not in "CZ" for each in value)
    )


def is_number(value, least, end):
    return type(value) is int and least <= value < end


def as_written(pattern, value):
    return isinstance(value, str) and bool(pattern.fullmatch(value))


def require_meta(meta):
    """The rules for the fields of a header's description."""
    require(set(meta) == {*TEXTS, *WRITTEN, *OTHERS}, "fields")
    require(all(is_text(meta[name], shortest) for name, shortest in TEXTS.items()), "text")
    require(all(as_written(pattern, meta[name]) for name, pattern in WRITTEN.items()), "spelling")
    require(is_number(meta["take"], 0, 2**32) and is_number(meta["t0_ns"], 1 - 2**63, 2**63), "number")
    previous, streams = meta["previous"], meta["streams"]
    require(previous is None or (meta["take"] > 0 and as_written(HEX, previous)), "previous")
    require(isinstance(streams, list) and all(as_written(STREAM, each) for each in streams), "stream")
    require(1 <= len(streams) <= 16 and len(set(streams)) == len(streams), "streams")
    require(not weak(bytes.fromhex(meta["pk0"])), "key")
