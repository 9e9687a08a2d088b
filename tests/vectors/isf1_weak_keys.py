"""The cases of a log under keys of small order, which nobody needs to own."""

import itertools

from tests.vectors.isf1_example import NobodysKey, signers, write


def weak_keys(earlier):
    """`name: (verdict, codes, reason, objects)` as in `isf1_cases`."""
    nobody, minus = NobodysKey(), bytes([1, *bytes(30), 128])
    yield (
        "neutral-key",
        "TAMPERED",
        ["header"],
        "signed by nobody: the first key is neutral",
        write(earlier, keys=[nobody] * 4),
    )
    yield (
        "neutral-key-respelled",
        "TAMPERED",
        ["header"],
        "the same, with a sign on the x of zero",
        write(earlier, keys=[NobodysKey(minus)] * 4),
    )
    yield (
        "neutral-next-key",
        "TAMPERED",
        ["log"],
        "signed by nobody from the second record on",
        write(earlier, keys=[next(signers()), *[nobody] * 3]),
    )
    yield (
        "neutral-last-key",
        "TAMPERED",
        ["log"],
        "ended by nobody",
        write(earlier, keys=[*itertools.islice(signers(), 3), nobody]),
    )
    order_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
    yield (
        "small-order-next-key",
        "TAMPERED",
        ["log"],
        "a log cut short that announces a key of order 8",
        write(earlier, finish=False, keys=[*itertools.islice(signers(), 3), NobodysKey(order_8)]),
    )
