"""What a device check says of the exam file it was given, or that it was given none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.client.findings.machine_findings import TITLES
from app.client.findings.server_findings import DELIVERY, DELIVERY_TITLE, PAGE, PAGE_TITLE
from app.client.pages.refusals import refusal_words
from crypto.fingerprint import words
from lockdown.contract.finding import UnavailableControls
from resources.language import N_, _, isolate
from resources.moments import day_and_time
from ui.model import CheckItem

if TYPE_CHECKING:
    from datetime import datetime

    from app.client.errors import ClientError, FolderUnusable, RecorderFailed
    from app.policy.errors import PolicyError
    from app.policy.exam_file import SignedExam

EXAM_FILE = "F-01"
EXAM_FILE_TITLE = N_("Exam file")
NO_EXAM = N_("No exam was given, so it is not known what one asks for.")


def exam_file_finding(signed: SignedExam, now: datetime, *, known: bool) -> CheckItem:
    """Say what the exam file is worth at `now`; `known` is whether somebody has confirmed the institution here."""
    title, terms = _(EXAM_FILE_TITLE), signed.terms
    until = isolate(day_and_time(terms.valid_until))
    if now > terms.valid_until:
        return CheckItem(
            EXAM_FILE,
            title,
            "blocking",
            _("The exam could be opened until {time}.").format(time=until),
            fix=_("Ask your institution whether there is a newer exam file, and check this computer's clock."),
        )
    said = [_("The exam file is as it was signed.")]
    if now < terms.valid_from:
        said.append(_("It can be opened from {time}.").format(time=isolate(day_and_time(terms.valid_from))))
    else:
        said.append(_("It can be opened until {time}.").format(time=until))
    if not known:
        shown = isolate(" ".join(words(signed.root_key.fingerprint)))
        said.append(_("At the start you will be asked to compare these key words: {words}.").format(words=shown))
    return CheckItem(EXAM_FILE, title, "ready", " ".join(said))


def exam_refused(error: PolicyError | ClientError) -> CheckItem:
    """Say why the exam file cannot be used."""
    return _refused(error, _(EXAM_FILE_TITLE))


def recorder_failed(error: RecorderFailed) -> CheckItem:
    """Say that nothing could be looked at, because the recorder does not start."""
    return _refused(error, _("Recorder"))


def folder_finding(error: FolderUnusable) -> CheckItem:
    """Say why the folder that keeps a recording until it is sent cannot be used."""
    return _refused(error, _("This computer's folder"))


def _refused(error: PolicyError | ClientError, title: str) -> CheckItem:
    said = refusal_words(error)
    sentence = f"{said.what} ({isolate(said.where)})" if said.where else said.what
    return CheckItem(error.code, title, "blocking", sentence, fix=said.todo)


def exam_not_given() -> tuple[CheckItem, ...]:
    """Say of what only an exam asks for that nothing was looked at."""
    asked_by_exams = (
        (UnavailableControls.code, TITLES[UnavailableControls.code]),
        (PAGE, PAGE_TITLE),
        (DELIVERY, DELIVERY_TITLE),
    )
    fix = _("“invigilo check --exam FILE” looks at all that an exam asks for.")
    return tuple(CheckItem(code, _(title), "not_asked", _(NO_EXAM), fix=fix) for code, title in asked_by_exams)
