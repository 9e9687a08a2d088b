"""Why a verdict is as it is: what was checked, what is missing, the first bad object, what the endpoint witnessed."""

from __future__ import annotations

from app.institution.finding_codes import FindingClass, class_of
from app.institution.recordings.attempt import AttemptReport, missing_takes
from app.institution.recordings.takes import Take
from crypto.verdict import Fault, FindingCode, Verdict, VerificationFinding
from resources.language import _, isolate


def checked() -> tuple[str, ...]:
    """What every verification looks at."""
    return (
        _("the header, and that the log is bound to it"),
        _("the signature and the order of every log record, each by the key the record before names"),
        _("that every piece the log names is here, with the size, the SHA-256 and the place it names"),
        _("that nothing is here which no record speaks of"),
        _("that the parts belong to the same attempt, exam and candidate"),
    )


def first_bad(report: AttemptReport) -> VerificationFinding | None:
    """The first thing that was altered, part by part; None when nothing was."""
    found = (*(finding for take in report.takes for finding in take.report.findings), *report.findings)
    return next((finding for finding in found if class_of(finding) is FindingClass.ALTERATION), None)


def missing(report: AttemptReport) -> tuple[str, ...]:
    """What should be here and is not: objects as ``SESSION/NAME``, whole parts as ``part N``."""
    gone = [
        f"{take.label}/{finding.where}"
        for take in report.takes
        for finding in take.report.findings
        if finding.fault is Fault.MISSING
    ]
    return (*dict.fromkeys(gone), *(f"part {number + 1}" for number in missing_takes(report)))


def enrolment(take: Take) -> str:
    """Whether the session's first key was compared with the one the endpoint enrolled, in words."""
    if take.enrolled_pk0 is None:
        return _("Its first key could not be compared: no record of the endpoint is beside this copy.")
    if any(finding.code == FindingCode.NOT_ENROLLED for finding in take.report.findings):
        return _("Its first key is not the one the endpoint enrolled when the exam began.")
    return _("Its first key is the one the endpoint enrolled when the exam began.")


def countersignature(take: Take) -> str | None:
    """Whose countersignature was checked, or that none was, in words; None where the endpoint left no record at all."""
    if take.witnessed is None:
        return None
    if take.countersigned_by is None:
        return _(
            "No countersignature of the endpoint was checked: the record beside this copy is only as good as its place."
        )
    sentence = _("That holds by the countersignature of the endpoint {endpoint}.")
    return sentence.format(endpoint=isolate(take.countersigned_by))


def ending(take: Take) -> str:
    """What the endpoint's record says about the end of the log: cut off, or stopped there."""
    if take.witnessed is None:
        if take.report.verdict is Verdict.INTERRUPTED:
            return _(
                "It has no end, and no record of the endpoint is beside this copy: whether the recorder stopped or "
                "somebody cut the end off cannot be told here. Verify it by its id at the endpoint."
            )
        return _("No record of the endpoint is beside this copy.")
    counted = (
        _("The endpoint had witnessed {seen} log records, this folder has {here}.")
        if take.countersigned_by is None
        else _("The endpoint has countersigned {seen} log records, this folder has {here}.")
    ).format(seen=isolate(take.witnessed), here=isolate(take.log_records))
    return f"{counted} {_cut_off(take, take.witnessed)}"


def _cut_off(take: Take, seen: int) -> str:
    if take.log_records < seen and take.report.verdict is Verdict.TAMPERED:
        return _("Only the records that are genuine are counted here.")
    if take.log_records < seen:
        return _("The end was cut off after the endpoint had it.")
    if take.report.verdict is Verdict.INTERRUPTED:
        return _("Nothing the endpoint had is cut off; the recorder stopped, or was stopped, there.")
    return _("Nothing is cut off.")
