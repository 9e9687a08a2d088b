"""Reaches the verdict of ISF version 1 with all its findings, from FORMAT.md alone: part of the second reader."""

import re
import struct
from dataclasses import dataclass, field

from tests.vectors.isf1_ed25519 import weak
from tests.vectors.isf1_meta import Rejected, require
from tests.vectors.isf1_reference import read_header, require_signed, sha256

SLICE = re.compile(r"log/[0-9]{8}\.isl")
OBJECT_BYTES, LOG_BYTES = 262_144, 67_108_864


@dataclass
class Session:
    """What is read so far, and what was found: pairs of a finding's code and the object or record it is about."""

    objects: dict
    meta: dict
    hid: bytes
    com: bytes
    found: list = field(default_factory=list)
    entries: list = field(default_factory=list)
    finished: bool = False

    def size_holds(self, name):
        return name in self.objects and len(self.objects[name]) <= (LOG_BYTES if name == "log.isf" else OBJECT_BYTES)


def examine(objects):
    """`(verdict, findings)` of a session's objects, findings sorted."""
    try:
        data = objects.get("header.isf", b"")
        require(len(data) <= OBJECT_BYTES, "size")
        meta, hid, com = read_header(data)
    except (Rejected, ValueError, RecursionError, struct.error):
        return "TAMPERED", [("header", "header.isf")]
    session = Session(objects, meta, hid, com)
    walk(session, *records_of(session))
    for entry in segments_of(session):
        session.found.append(entry)
    session.found += strays_of(session)
    harmless = {"not-finished", "keys", "desktop-file"}
    verdict = "COMPLETE" if session.finished else "INTERRUPTED"
    if any(code not in harmless for code, _ in session.found):
        verdict = "TAMPERED"
    if not slots_hold(objects.get("keys.isf", b"")):
        session.found.append(("keys", "keys.isf"))
    return verdict, sorted(session.found)


def records_of(session):
    """The whole records, and whether one that is cut short follows them."""
    if "log.isf" in session.objects:
        log = read_part(session, "log.isf")
        records = []
        while log:
            size = {b"E": 176, b"F": 104}.get(log[:1], len(log))
            if len(log) < size:
                return records, True
            records.append(log[:size])
            log = log[size:]
        return records, False
    slices = []
    for number, name in enumerate(sorted(name for name in session.objects if SLICE.fullmatch(name))):
        if name != f"log/{number:08d}.isl":
            session.found.append(("log", f"log/{number:08d}.isl"))
            return slices, False
        slices.append(read_part(session, name))
    last = slices[-1] if slices else b"E" * 176
    cut = len(last) < {b"E": 176, b"F": 104, b"": 1}.get(last[:1], 0)
    return (slices[:-1] if cut else slices), cut


def read_part(session, name):
    if session.size_holds(name):
        return session.objects[name]
    session.found.append(("log", name))
    return b""


def walk(session, records, cut):
    """Step 2 of the verdict, and step 4."""
    key, chain = bytes.fromhex(session.meta["pk0"]), sha256(b"isf1/log\0" + session.hid + session.com)
    following = [0] * len(session.meta["streams"])
    for record in records:
        try:
            require(not session.finished, "data after final")
            if len(record) == 104 and record[:1] == b"F":
                require_signed(key, record, b"isf1/final\0" + session.hid)
                require(record[1:8] == b"\0\0\0" + struct.pack(">I", len(session.entries)), "count")
                require(record[8:40] == chain, "chain")
                session.finished = True
                continue
            require(len(record) == 176 and record[:1] == b"E", "kind")
            require_signed(key, record, b"isf1/seal\0" + session.hid)
            stream, flags, index, length = struct.unpack_from(">BHIQ", record, 1)
            require(flags == 0 and stream < len(following) and index == following[stream], "place")
            require(124 <= length <= OBJECT_BYTES, "length")
            require(not weak(record[80:112]), "key")
        except Rejected:
            session.found.append(("log", f"log.isf record {len(session.entries)}"))
            return
        session.entries.append((stream, index, length, record[16:48], chain, record[48:80], record[80:112]))
        chain, key = record[48:80], record[80:112]
        following[stream] += 1
    if not session.finished:
        session.found.append(("not-finished", f"log.isf record {len(session.entries)}"))
    elif cut:
        session.found.append(("log", "log.isf"))


def segments_of(session):
    """Step 3."""
    latest = {}
    for stream, index, length, digest, before, chain, key in session.entries:
        name = f"seg/{stream:02d}-{index:08d}.isg"
        if name not in session.objects:
            yield "segment-missing", name
            continue
        data = session.objects[name]
        own = struct.pack(">4sBBHI", b"ISG1", 1, stream, 0, index)
        tail = data[:52] + struct.pack(">Q", length) + digest + key
        if (
            (len(data), sha256(data), data[:12], data[20:52]) != (length, digest, own, session.hid)
            or data[12:20] < latest.get(stream, b"")
            or sha256(b"isf1/chain\0" + before + tail) != chain
        ):
            yield "segment-changed", name
        else:
            latest[stream] = data[12:20]


def strays_of(session):
    """Steps 5 and 6."""
    known = {"header.isf", "keys.isf", "log.isf", *(f"seg/{each[0]:02d}-{each[1]:08d}.isg" for each in session.entries)}
    known |= {name for name in session.objects if SLICE.fullmatch(name) and "log.isf" not in session.objects}
    for stream in range(len(session.meta["streams"])) if not session.finished else ():
        index = sum(each[0] == stream for each in session.entries)
        while (name := f"seg/{stream:02d}-{index:08d}.isg") in session.objects:
            known.add(name)
            head, own = session.objects[name][:52], struct.pack(">4sBBHI", b"ISG1", 1, stream, 0, index)
            held = len(head) < 52 or (head[:12], head[20:]) == (own, session.hid)
            if not (held and session.size_holds(name)):
                yield "segment-foreign", name
            index += 1
    for name in set(session.objects) - known:
        yield ("desktop-file" if left_by_a_desktop(name) else "stray"), name


def left_by_a_desktop(name):
    return name.endswith("/") or name.split("/")[-1].lower() in {".ds_store", "thumbs.db", "desktop.ini"}


def slots_hold(data):
    """Whether a slot file has a slot and is whole."""
    rest = data
    while rest:
        if len(rest) < 4 or rest[:1] != b"K":
            return False
        name = struct.unpack_from(">H", rest, 2)[0]
        if not 1 <= name <= 64 or len(rest) < 8 + name:
            return False
        sealed = struct.unpack_from(">I", rest, 4 + name)[0]
        if sealed > 4096 or len(rest) < 8 + name + sealed:
            return False
        rest = rest[8 + name + sealed :]
    return 0 < len(data) <= OBJECT_BYTES
