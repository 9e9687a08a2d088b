"""Each reason why an exam cannot be opened has a stable code, words and a way on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.client import errors as client
from app.client.errors import ClientError, ExamUnreachable, UnreachableFault
from app.client.pages.refusals import EXAM_FILE, EXAM_FILE_REMEDIES, UNREACHABLE, refused
from app.policy import errors as policy
from app.policy.errors import ExamFileFault, ExamFileUnreadable, PolicyError
from crypto.signing import SigningKey

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
KEY_WORDS = ("amber", "birch")
FAULT = "met a fault of its own"

ERRORS: list[tuple[ClientError | PolicyError, str, str, str]] = [
    *((ExamFileUnreadable(fault, "…"), "F-02", "xam file", "") for fault in ExamFileFault),
    (policy.SignatureRefused("…"), "F-03", "altered or damaged", ""),
    (policy.TermsUnreadable("…"), "F-04", "newer version", ""),
    (
        policy.UnknownInstitution("example-u", SigningKey.generate().verify_key, KEY_WORDS),
        "F-05",
        "“example-u”",
        "",
    ),
    (
        policy.WrongInstitution("…", "example-u", KEY_WORDS),
        "F-06",
        "another key than the trusted one, which has these words: amber birch.",
        "",
    ),
    (policy.WrongInstitution("…", "example-u"), "F-06", "another institution", ""),
    (policy.OlderSequence("algebra", 2, 3), "F-07", "version 2, but version 3", ""),
    (policy.SequenceReused("algebra", 2), "F-08", "Version 2 of the exam “algebra”", ""),
    (policy.ExamNotYetValid("algebra", NOON), "F-09", "from 30 November 2026, 12:00 UTC.", ""),
    (policy.ExamExpired("algebra", NOON), "F-10", "until 30 November 2026, 12:00 UTC.", ""),
    (
        policy.SettingsInvalid((policy.SettingsFault(("a", 0), "bad"), policy.SettingsFault((), "worse"))),
        "F-11",
        "cannot follow",
        "a.0: bad; worse",
    ),
    (
        policy.AddressInvalid(policy.AddressFault.HTTP, "http://x.example/"),
        "F-12",
        "An address",
        "address_http: “http://x.example/”",
    ),
    (policy.LinkInvalid("…"), "F-13", "invigilo://HOST/PATH", ""),
    (policy.PinsUnreadable("…"), "F-14", "trusted institutions", ""),
    *((ExamUnreachable(fault, where="HTTP 404"), "H-03", "exam", "HTTP 404") for fault in UnreachableFault),
    (client.SourceRefused("--camera"), "H-04", "devices only", "--camera"),
    (client.AttemptUnreadable("…", where="a.json"), "H-05", "saved state", "a.json"),
    (client.AlreadyRunning(), "H-06", "already running", ""),
    (client.RecorderFailed("…", where="No such file"), "H-02", "recorder", "No such file"),
    *((client.FolderUnusable(fault, where="/data"), "H-07", "", "/data") for fault in client.FolderFault),
    (client.NoDisplay(), "H-08", "no display", ""),
    (client.IllegalStep("opened", "locked"), "H-01", FAULT, "IllegalStep"),
    (ClientError("…"), "H-00", FAULT, "ClientError"),
]


@pytest.mark.parametrize(("error", "code", "what", "where"), ERRORS)
def test_the_page_says_what_where_and_what_to_do(
    error: ClientError | PolicyError, code: str, what: str, where: str
) -> None:
    page = refused(error)
    assert (page.code, page.where, page.may_retry) == (code, where, True)
    assert what in page.what
    for sentence in (page.what, page.todo):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert "{" not in sentence


@pytest.mark.parametrize("base", [ClientError, PolicyError])
def test_every_error_is_tried_above_under_a_code_of_its_own(base: type[Exception]) -> None:
    kinds = set(base.__subclasses__())
    assert {type(error) for error, *_ in ERRORS if isinstance(error, base)} - {base} == kinds
    assert len({kind.code for kind in kinds}) == len(kinds)  # type: ignore[attr-defined]  # both bases have one


def test_every_fault_has_words() -> None:
    assert set(EXAM_FILE) == set(EXAM_FILE_REMEDIES) == set(ExamFileFault)
    assert set(UNREACHABLE) == set(UnreachableFault)
