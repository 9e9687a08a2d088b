"""One clip handed out: what its keys open, and what they do not."""

import json

import pytest

from crypto.chunks import ChunkReader
from crypto.disclosure import Disclosure, SegmentKey, open_disclosed
from crypto.errors import FormatError, KeyMismatchError, TamperedError
from crypto.log import split_log
from crypto.opening import open_session
from crypto.segment import segment_context
from tests.unit.crypto.objects import KEY, Objects, sealed

CLIP = [("webcam", 0), ("webcam", 3), ("webcam", 4)]


@pytest.fixture
def session():
    segments = [part for n in range(6) for part in (("webcam", n, b"%d" % n * 20_000), ("events", n, b"e%d" % n))]
    return sealed(segments)[0]


@pytest.fixture
def disclosure(session):
    with open_session(session, KEY) as opened:
        return opened.disclose(CLIP)


def handed_out(session):
    """What a person with an appeal is given: header, log and the segments of the clip."""
    given = {f"seg/01-{index:08d}.isg" for _, index in CLIP} | {"header.isf"}
    return Objects({n: d for n, d in session.items() if n in given or n.startswith("log")})


@pytest.mark.parametrize("one_log", [False, True])
def test_a_clip_opens_with_its_keys_alone(session, disclosure, one_log):
    objects = handed_out(session.with_log_file() if one_log else session)
    clip = list(open_disclosed(objects, Disclosure.parse(disclosure.encode())))
    assert [(s.stream, s.index, s.t0_us, s.data) for s in clip] == [
        ("webcam", n, n, b"%d" % n * 20_000) for n in (0, 3, 4)
    ]


def test_the_log_is_needed_only_up_to_the_clip(session, disclosure):
    objects = handed_out(session)
    for number in (9, 10, 11, 12):
        del objects[f"log/{number:08d}.isl"]
    assert len(list(open_disclosed(objects, disclosure))) == 3
    del objects["log/00000008.isl"]
    with pytest.raises(TamperedError, match=r"does not vouch for seg/01-00000004\.isg"):
        list(open_disclosed(objects, disclosure))


def test_the_keys_open_nothing_else(session, disclosure):
    disclosed = {f"seg/{key.stream:02d}-{key.index:08d}.isg" for key in disclosure.keys}
    opens = set()
    for name in (name for name in session if name.startswith("seg/")):
        for key in disclosure.keys:
            data = session[name]
            try:
                ChunkReader(key.key, segment_context(data[:52]), data[52:])
            except TamperedError:
                continue
            opens.add(name)
    assert opens == disclosed


def test_an_altered_clip_is_refused(session, disclosure):
    objects = handed_out(session)
    name = "seg/01-00000003.isg"
    objects[name] = objects[name][:-1] + b"x"
    with pytest.raises(TamperedError, match="not the one that was sealed"):
        list(open_disclosed(objects, disclosure))
    del objects[name]
    with pytest.raises(FormatError):
        list(open_disclosed(objects, disclosure))
    objects = handed_out(session)
    objects["log/00000002.isl"] = objects["log/00000003.isl"]
    with pytest.raises(TamperedError, match="not signed by the key"):
        list(open_disclosed(objects, disclosure))


def test_whoever_holds_a_segments_key_cannot_replace_the_segment(session, disclosure):
    from crypto.segment import SegmentEncryptor

    name = "seg/01-00000003.isg"
    forged = SegmentEncryptor().seal(bytearray(disclosure.keys[1].key), session[name][:52], b"forged")
    with pytest.raises(TamperedError, match="not the one that was sealed"):
        list(open_disclosed(Objects({**session, name: forged}), disclosure))


def test_keys_of_another_session_or_segment_do_not_open(session, disclosure):
    other, _ = sealed([("webcam", 0, b"x")], take=1)
    with pytest.raises(KeyMismatchError, match="another session"):
        list(open_disclosed(other, disclosure))
    first, second, third = disclosure.keys
    swapped = Disclosure(disclosure.hid, (first, SegmentKey(1, 3, third.key), SegmentKey(1, 4, second.key)))
    with pytest.raises(KeyMismatchError, match="does not open it"):
        list(open_disclosed(session, swapped))


def test_a_signed_segment_whose_end_is_not_authentic_is_refused():
    from tests.unit.crypto.test_session_opening import half, lying

    objects = lying(half)
    with open_session(objects, KEY) as opened:
        disclosure = opened.disclose([("events", 0)])
    with pytest.raises(TamperedError, match="a part of it"):
        list(open_disclosed(objects, disclosure))


def test_only_intact_segments_are_disclosed(session):
    session["seg/01-00000003.isg"] = session["seg/01-00000004.isg"]
    with open_session(session, KEY) as opened:
        for place in (("webcam", 3), ("webcam", 6), ("webcam", -1)):
            with pytest.raises(FormatError, match="no intact segment"):
                opened.disclose([place])
        with pytest.raises(KeyError):
            opened.disclose([("desktop", 0)])
        with pytest.raises(FormatError, match="1 to 4096"):
            opened.disclose([])
        with pytest.raises(FormatError, match="different"):
            opened.disclose([("webcam", 1), ("webcam", 1)])


def changed(**changes):
    content = {"format": "invigilo-disclosure", "version": 1, "hid": "ab" * 32, "keys": [key()]}
    return json.dumps({**content, **changes}).encode()


def key(**changes):
    return {"stream": 0, "index": 0, "key": "A" * 43 + "=", **changes}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b" " * (1024 * 1024 + 1),
        changed(version=2),
        changed(format="x"),
        changed(hid="AB" * 32),
        changed(extra=1),
        changed(keys=[]),
        changed(keys=[key(), key()]),
        changed(keys=[key(stream=16)]),
        changed(keys=[key(index=-1)]),
        changed(keys=[key(index="0")]),
        changed(keys=[key(key="A" * 42 + "B=")]),
        changed(keys=[key(key="A" * 44)]),
        changed(keys=[key(index=n) for n in range(4097)]),
    ],
)
def test_files_that_are_none_are_refused(data):
    with pytest.raises(FormatError, match="Disclosure"):
        Disclosure.parse(data)


def test_no_key_shows_by_accident(disclosure):
    secret = disclosure.keys[0].key
    assert repr(secret) not in repr(disclosure)
    spoiled = disclosure.encode().replace(b'"stream": 1', b'"stream": 99')
    with pytest.raises(FormatError) as caught:
        Disclosure.parse(spoiled)
    assert "keys.0.stream" in str(caught.value)


def test_an_empty_log_vouches_for_nothing(session, disclosure):
    objects = handed_out(session.with_log_file())
    objects["log.isf"] = split_log(objects["log.isf"])[0][0][:100]
    with pytest.raises(TamperedError, match="does not vouch"):
        list(open_disclosed(objects, disclosure))
