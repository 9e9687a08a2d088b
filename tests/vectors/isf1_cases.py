"""The cases of the vectors of ISF version 1: what was done to a session, and what a reader has to say of it."""

import hashlib
import itertools
import struct

from tests.vectors.isf1_example import pattern, signers, token_slot, write
from tests.vectors.isf1_weak_keys import weak_keys


def flipped(data, position, bit=1):
    return data[:position] + bytes([data[position] ^ bit]) + data[position + 1 :]


def as_file(objects):
    log = b"".join(objects[name] for name in sorted(objects) if name.startswith("log/"))
    return {**{name: data for name, data in objects.items() if not name.startswith("log/")}, "log.isf": log}


def hid(objects):
    return hashlib.sha256(objects["header.isf"][:-32]).digest()


def resigned(objects, number, record_body, seed_number):
    key = next(itertools.islice(signers(), seed_number, None))
    label = b"isf1/seal\0" if record_body[:1] == b"E" else b"isf1/final\0"
    return {**objects, f"log/{number:08d}.isl": record_body + key.sign(label + hid(objects) + record_body)}


def cases(earlier):
    """`name: (verdict, codes, reason, objects)`; codes are those of the product's findings."""
    base, log = write(earlier), "log/{:08d}.isl".format
    first, second = "seg/00-00000000.isg", "seg/00-00000001.isg"
    lengths = [("events", n, pattern(n)) for n in (0, 1, 16383, 16384, 16385, 32768)]
    interrupted = {name: data for name, data in base.items() if name != log(3)}
    tail = write(earlier, unsealed=[("webcam", 90, pattern(40_000))], finish=False)
    tail_name = "seg/01-00000001.isg"
    file = as_file(base)

    def without(name, objects=base):
        return {other: data for other, data in objects.items() if other != name}

    def changed(name, data, objects=base):
        return {**objects, name: data}

    ok, cut, bad = "COMPLETE", "INTERRUPTED", "TAMPERED"
    yield "plain", ok, [], "two streams, three segments", base
    yield "log-file", ok, [], "the log as one file", file
    yield "nothing-recorded", ok, [], "a header and a final record", write(earlier, segments=[])
    yield "lengths", ok, [], "plaintexts around the chunk length", write(earlier, segments=lengths)
    yield (
        "same-time",
        ok,
        [],
        "one unit split over segments of one time",
        write(earlier, segments=[("webcam", 7, b"a"), ("webcam", 7, b"b")]),
    )
    yield (
        "next-take",
        ok,
        [],
        "the second take, a name beyond ASCII",
        write(earlier, take=1, previous="cd" * 32, exam='Bücher "lesen" \\ 2'),
    )
    token = b"K\2\0\5token" + struct.pack(">I", 113) + pattern(113)
    unknown = b"K\x09\0\1x" + struct.pack(">I", 0)
    yield (
        "other-slots",
        ok,
        [],
        "a token slot and an unknown kind before ours",
        changed("keys.isf", token + unknown + base["keys.isf"]),
    )
    yield (
        "token-slot",
        ok,
        [],
        "a slot for the P-256 key `token-1` before ours",
        changed("keys.isf", token_slot() + base["keys.isf"]),
    )
    yield "keys-flipped", ok, [], "a slot that no longer opens", changed("keys.isf", flipped(base["keys.isf"], 300))
    yield "keys-cut", ok, ["keys"], "a slot file cut short", changed("keys.isf", base["keys.isf"][:-1])
    yield "keys-missing", ok, ["keys"], "no slot file", without("keys.isf")

    yield "no-final", cut, ["not-finished"], "the final record is missing", interrupted
    yield "no-record", cut, ["not-finished"], "a crash after the header", write(earlier, segments=[], finish=False)
    yield (
        "record-cut",
        cut,
        ["not-finished"],
        "a crash inside a record",
        changed(log(2), base[log(2)][:100], interrupted),
    )
    yield (
        "final-cut",
        cut,
        ["not-finished"],
        "the final record cut short",
        changed("log.isf", file["log.isf"][:-1], file),
    )
    yield "tail", cut, ["not-finished"], "a segment without its record", tail
    yield (
        "tail-cut",
        cut,
        ["not-finished"],
        "a segment cut inside its second chunk",
        changed(tail_name, tail[tail_name][:20_000], tail),
    )
    yield (
        "tail-cut-in-head",
        cut,
        ["not-finished"],
        "a segment cut inside its head",
        changed(tail_name, tail[tail_name][:30], tail),
    )

    header = base["header.isf"]
    yield "header-missing", bad, ["header"], "no header", without("header.isf")
    yield "header-magic", bad, ["header"], "another magic", changed("header.isf", flipped(header, 0))
    yield "header-version", bad, ["header"], "an unknown version", changed("header.isf", flipped(header, 8, 2))
    yield "header-suite", bad, ["header"], "an unknown suite", changed("header.isf", flipped(header, 9, 2))
    yield "header-flags", bad, ["header"], "unknown flags", changed("header.isf", flipped(header, 11))
    yield "header-cut", bad, ["header"], "a header cut short", changed("header.isf", header[:-1])
    meta = header[16:-32].replace(b'","', b'", "', 1)
    spaced = header[:12] + struct.pack(">I", len(meta)) + meta + header[-32:]
    yield "header-not-canonical", bad, ["header"], "white space in the description", changed("header.isf", spaced)
    relabelled = header.replace(b"anatomy-1", b"anatomy-2")
    yield (
        "header-relabelled",
        bad,
        ["log"] + ["segment-foreign"] * 3,
        "another exam in the header",
        changed("header.isf", relabelled),
    )
    yield (
        "commitment-flipped",
        bad,
        ["segment-changed"],
        "another commitment",
        changed("header.isf", flipped(header, len(header) - 1)),
    )

    for junk in (1, 71, 104, 176):
        yield (
            f"after-final-{junk}",
            bad,
            ["log"],
            f"{junk} bytes after the final record",
            changed("log.isf", file["log.isf"] + base[log(0)][:junk], file),
        )
    yield "record-flipped", bad, ["log"], "one bit of a record", changed(log(1), flipped(base[log(1)], 20))
    yield "signature-flipped", bad, ["log"], "one bit of a signature", changed(log(1), flipped(base[log(1)], 175))
    yield "record-kind", bad, ["log"], "a record of unknown kind", changed(log(3), flipped(base[log(3)], 0, 8))
    yield "record-missing", bad, ["log", "not-finished"], "a log slice is missing", without(log(1))
    yield (
        "record-dropped",
        bad,
        ["log"],
        "a record taken out and the rest moved up",
        changed(log(1), base[log(2)], without(log(2), interrupted)),
    )
    yield (
        "records-swapped",
        bad,
        ["log"],
        "two records changed places",
        {
            **base,
            log(0): base[log(1)],
            log(1): base[log(0)],
        },
    )
    yield (
        "record-doubled",
        bad,
        ["log"],
        "a record twice",
        changed("log.isf", file["log.isf"][:176] + file["log.isf"], file),
    )
    final = base[log(3)]
    yield (
        "rolled-back",
        bad,
        ["log"],
        "cut to one segment and ended with the last key, stolen",
        resigned(without(log(3), without(log(2))), 1, b"F\0\0\0\0\0\0\1" + base[log(0)][48:80], 3),
    )
    yield (
        "final-count",
        bad,
        ["log"],
        "a final record with another count",
        resigned(base, 3, final[:7] + b"\2" + final[8:40], 3),
    )
    yield (
        "past-resigned",
        bad,
        ["log"],
        "record 0 altered and signed with the last key, stolen",
        resigned(base, 0, flipped(base[log(0)], 20)[:112], 3),
    )

    yield from weak_keys(earlier)

    yield "segment-missing", bad, ["segment-missing"], "a segment is missing", without(second)
    yield (
        "segment-flipped",
        bad,
        ["segment-changed"],
        "one bit of a segment",
        changed(second, flipped(base[second], 120)),
    )
    yield (
        "segment-time",
        bad,
        ["segment-changed"],
        "another time in a segment's head",
        changed(second, flipped(base[second], 19)),
    )
    yield "segment-cut", bad, ["segment-changed"], "a segment cut short", changed(second, base[second][:-1])
    yield (
        "segments-swapped",
        bad,
        ["segment-changed"] * 2,
        "two segments changed places",
        {
            **base,
            first: base[second],
            second: base[first],
        },
    )
    yield (
        "segment-doubled",
        bad,
        ["stray"],
        "a copy of a segment as one more",
        changed("seg/00-00000002.isg", base[second]),
    )
    yield (
        "segment-doubled-unfinished",
        bad,
        ["segment-foreign", "not-finished"],
        "the same, without a final record",
        changed("seg/00-00000002.isg", base[second], interrupted),
    )
    yield (
        "segment-of-other-session",
        bad,
        ["segment-changed"],
        "a segment out of another exam",
        changed(first, write(earlier, exam="anatomy-2")[first]),
    )
    yield "stray", bad, ["stray"], "a file that does not belong", changed("notes.txt", b"")
    desktop = [".DS_Store", "New folder/", "log/desktop.ini", "seg/Thumbs.db"]
    yield (
        "desktop-files",
        ok,
        ["desktop-file"] * 4,
        "what desktops leave behind",
        {**base, **dict.fromkeys(desktop, b"x")},
    )
    yield (
        "desktop-files-unfinished",
        cut,
        ["not-finished", "desktop-file"],
        "the same of a crash",
        {**interrupted, "seg/.DS_Store": b""},
    )
    yield "log-twice", bad, ["stray"] * 4, "slices beside a log file", {**base, "log.isf": file["log.isf"]}
    yield (
        "time-falls",
        bad,
        ["segment-changed"],
        "a stream that goes back in time",
        write(earlier, segments=[("events", 9, b"a"), ("events", 8, b"b")]),
    )
