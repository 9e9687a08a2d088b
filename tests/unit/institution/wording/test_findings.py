"""Every finding of a verdict is said in a whole sentence, by its codes and facts alone."""

from types import MappingProxyType

import pytest

from app.institution.finding_codes import AttemptFinding
from app.institution.wording.findings import FAULTS, finding_sentence
from crypto.verdict import Fault, FindingCode, VerificationFinding

FACTS = MappingProxyType(
    {
        **{"limit": 262144, "version": 2, "suite": 1, "flags": 4, "stream": 3, "index": 7, "next": 6, "record": 5},
        **{"segments": 9, "inside": 0, "part": 2, "differs": "exam", "witnessed": 8, "here": 4, "label": "a.0"},
        **{"key": "algebra-1.1", "object": "keys.isf", "session": "b.0", "institution": "u", "own": "v", "files": 3},
        **{
            "exam": "algebra-1",
            "given": 3,
            "kept": "contradictions/0/a.0",
            "count": 1,
            "attempt": "b",
            "streams": "webcam screen",
            "parts": "face id_photo",
            "controls": "storage",
        },
        **dict.fromkeys(("started_at", "valid_from", "valid_until"), "2026-11-22T09:00:00Z"),
        **dict.fromkeys(("admitted_at", "stored_at", "now", "at"), "2026-11-22T09:00:00Z"),
        **{"size": 8, "before": 9, "records": 4},
    }
)
CODES = (*FindingCode, *AttemptFinding)


def said(code: str, fault: Fault | None = None, **facts: int | str) -> str:
    return finding_sentence(VerificationFinding(code, "log.isf record 5", fault, {**FACTS, **facts}))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("fault", [None, *Fault])
def test_every_finding_is_a_whole_sentence(code: str, fault: Fault | None) -> None:
    sentence = said(code, fault)
    assert sentence.endswith(".")
    assert not set("{}_") & set(sentence)
    assert "None" not in sentence


def test_every_fault_has_a_sentence_of_its_own() -> None:
    assert set(FAULTS) == set(Fault)
    assert len({said(FindingCode.SEGMENT_CHANGED, fault) for fault in Fault}) == len(Fault)


@pytest.mark.parametrize(
    ("code", "fault", "facts", "sentence"),
    [
        (
            FindingCode.LOG,
            Fault.OUT_OF_ORDER,
            {},
            "log.isf record 5: it is about segment 7 of stream 3, where 6 is next.",
        ),
        (
            FindingCode.LOG,
            Fault.BAD_SIGNATURE,
            {"record": 0},
            "log.isf record 5: it is not signed by the key that the record before it announced. "
            "Or it is header.isf that was changed: the first record is bound to it.",
        ),
        (FindingCode.NOT_FINISHED, None, {}, "log.isf: it ends after 9 segments without a final record."),
        (
            FindingCode.NOT_FINISHED,
            None,
            {"segments": 1, "inside": 1},
            "log.isf: it ends after 1 segment without a final record, inside a record.",
        ),
        (
            FindingCode.SEGMENT_UNOPENED,
            Fault.NOT_AUTHENTIC,
            {},
            "log.isf record 5: it is signed but does not open. "
            "log.isf record 5: it, or a part of it, is not authentic.",
        ),
        (
            AttemptFinding.TAKE_FOREIGN,
            None,
            {"differs": "config_sha256"},
            "log.isf record 5: its exam settings are not those of part 2.",
        ),
        (
            AttemptFinding.NOT_OPENED,
            Fault.MISSING,
            {},
            "log.isf record 5: it cannot be opened. keys.isf: it is missing.",
        ),
    ],
)
def test_a_finding_says_its_facts(code: str, fault: Fault | None, facts: dict[str, int | str], sentence: str) -> None:
    assert said(code, fault, **facts) == sentence


def test_a_name_out_of_a_foreign_folder_stays_on_one_line() -> None:
    finding = VerificationFinding(FindingCode.STRAY, "seg/a\nTAMPERED \x1b[2J")
    assert finding_sentence(finding).isprintable()
