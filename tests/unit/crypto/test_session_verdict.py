"""Verdicts beyond what the frozen vectors show."""

import pytest

from crypto.errors import FormatError
from crypto.names import MAX_OBJECT_BYTES
from crypto.verdict import Fault, Verdict, verify
from tests.unit.crypto.objects import Objects, sealed


def codes(report):
    return [finding.code for finding in report.findings]


def test_the_enrolled_key_decides_whose_session_it_is():
    objects, sealer = sealed()
    assert verify(objects, sealer.header.pk0).verdict is Verdict.COMPLETE
    report = verify(objects, sealed()[1].header.pk0)
    assert (report.verdict, codes(report)) == (Verdict.TAMPERED, ["not-enrolled"])


def test_a_report_tells_what_the_log_vouches_for():
    objects, sealer = sealed()
    objects["seg/01-00000000.isg"] = b"changed"
    report = verify(objects)
    assert report.description == sealer.header.description
    assert [(r.stream, r.index, r.t0_us, r.name, r.intact) for r in report.segments] == [
        ("events", 0, 0, "seg/00-00000000.isg", True),
        ("webcam", 0, None, "seg/01-00000000.isg", False),
        ("events", 1, 5, "seg/00-00000001.isg", True),
    ]
    assert report.segments[0].length == len(objects["seg/00-00000000.isg"])
    assert codes(report) == ["segment-changed"]
    assert report.findings[0].where == "seg/01-00000000.isg"


def test_an_empty_folder_is_no_session():
    report = verify(Objects())
    assert (report.verdict, codes(report), report.description) == (Verdict.TAMPERED, ["header"], None)


@pytest.mark.parametrize("name", ["log.isf", "log/00000001.isl", "seg/00-00000000.isg", "header.isf"])
def test_an_object_that_cannot_be_read_is_named(name):
    class Damaged(Objects):
        def read(self, wanted):
            if wanted == name:
                raise FormatError(f"{wanted}: it is no plain file")
            return super().read(wanted)

    objects, _ = sealed()
    report = verify(Damaged(objects.with_log_file() if name == "log.isf" else objects))
    assert report.verdict is Verdict.TAMPERED
    assert name in [finding.where for finding in report.findings]


def test_an_oversized_tail_is_refused():
    objects, _ = sealed([], finish=False)
    objects["seg/00-00000000.isg"] = bytes(MAX_OBJECT_BYTES + 1)
    assert codes(verify(objects)) == ["segment-foreign", "not-finished"]


def test_a_tail_with_an_unreadable_head_is_refused():
    objects, _ = sealed([], finish=False)
    objects["seg/00-00000000.isg"] = bytes(200)
    assert verify(objects).verdict is Verdict.TAMPERED


def test_a_tail_with_a_gap_is_refused():
    objects, _ = sealed([("events", n, b"x") for n in range(4)], finish=False)
    for number in (1, 2, 3):
        del objects[f"log/{number:08d}.isl"]
    assert verify(objects).unsealed == tuple(f"seg/00-{n:08d}.isg" for n in (1, 2, 3))
    del objects["seg/00-00000002.isg"]
    report = verify(objects)
    assert report.verdict is Verdict.TAMPERED
    assert report.unsealed == ("seg/00-00000001.isg",)
    assert [f.where for f in report.findings if f.code == "stray"] == ["seg/00-00000003.isg"]


def test_junk_cut_short_after_the_final_slice_is_tampering():
    objects, _ = sealed()
    objects["log/00000004.isl"] = b"E" * 10
    assert codes(verify(objects)) == ["log"]


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        (None, Fault.MISSING),
        (b"", Fault.EMPTY),
        (b"junk", Fault.MALFORMED),
        (bytes(MAX_OBJECT_BYTES + 1), Fault.TOO_LARGE),
    ],
)
def test_a_damaged_slot_file_is_told_but_touches_no_verdict(keys, fault):
    objects, _ = sealed()
    del objects["keys.isf"]
    if keys is not None:
        objects["keys.isf"] = keys
    report = verify(objects)
    assert (report.verdict, codes(report)) == (Verdict.COMPLETE, ["keys"])
    assert report.findings[0].fault is fault


def test_a_source_that_cannot_list_its_objects_is_no_session():
    class TooMany(Objects):
        def names(self):
            raise FormatError("too many objects")

    assert codes(verify(TooMany())) == ["header"]


@pytest.mark.parametrize("content", [b"", b"x"])
def test_a_slice_after_the_final_one_is_refused_be_it_empty(content):
    objects, _ = sealed()
    slices = [name for name in objects if name.startswith("log/")]
    objects[f"log/{len(slices):08d}.isl"] = content
    report = verify(objects)
    assert (report.verdict, codes(report)) == (Verdict.TAMPERED, ["log"])
