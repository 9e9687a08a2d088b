"""Why a verdict is as it is: what was checked, what is missing, the first bad object, what the endpoint witnessed."""

from __future__ import annotations

from app.institution.recordings.attempt import AttemptReport, Take, missing_takes
from crypto.verdict import Verdict, VerificationFinding

CHECKED = (
    "the header, and that the log is bound to it",
    "the signature and the order of every log record, each by the key the record before names",
    "that every piece the log names is here, with the size, the SHA-256 and the place it names",
    "that nothing is here which no record speaks of",
    "that the parts belong to the same attempt, exam and candidate",
)

# A remark beside a verdict, and no bad object.
_NOT_BAD = frozenset({"not-finished", "keys"})


def first_bad(report: AttemptReport) -> VerificationFinding | None:
    """The first thing that speaks against the recording, part by part; None when nothing does."""
    for take in report.takes:
        for finding in take.report.findings:
            if finding.code not in _NOT_BAD:
                return finding
    return next(iter(report.findings), None)


def missing(report: AttemptReport) -> tuple[str, ...]:
    """What should be here and is not: objects as ``SESSION/NAME``, whole parts as ``part N``."""
    gone = [
        f"{take.label}/{finding.where}"
        for take in report.takes
        for finding in take.report.findings
        if finding.code == "segment-missing" or finding.sentence.endswith("is missing.")
    ]
    return (*dict.fromkeys(gone), *(f"part {number + 1}" for number in missing_takes(report)))


def enrolment(take: Take) -> str:
    """Whether the session's first key was compared with the one the endpoint enrolled, in words."""
    if take.enrolled_pk0 is None:
        return "Its first key could not be compared: no record of the endpoint is beside this copy."
    if any(finding.code == "not-enrolled" for finding in take.report.findings):
        return "Its first key is not the one the endpoint enrolled when the exam began."
    return "Its first key is the one the endpoint enrolled when the exam began."


def countersignature(take: Take) -> str | None:
    """Whose countersignature was checked, or that none was, in words; None where the endpoint left no record at all."""
    if take.witnessed is None:
        return None
    if take.countersigned_by is None:
        return (
            "No countersignature of the endpoint was checked: the record beside this copy is only as good as its place."
        )
    return f"That holds by the countersignature of the endpoint {take.countersigned_by}."


def ending(take: Take) -> str:
    """What the endpoint's record says about the end of the log: cut off, or stopped there."""
    here, seen = take.log_records, take.witnessed
    if seen is None:
        if take.report.verdict is Verdict.INTERRUPTED:
            return (
                "It has no end, and no record of the endpoint is beside this copy: whether the recorder stopped or "
                "somebody cut the end off cannot be told here. Verify it by its id at the endpoint."
            )
        return "No record of the endpoint is beside this copy."
    signed = "has countersigned" if take.countersigned_by is not None else "had witnessed"
    counted = f"The endpoint {signed} {seen} log records, this folder has {here}"
    if take.report.verdict is Verdict.TAMPERED:
        return f"{counted} that hold."
    if here < seen:
        return f"{counted}: the end was cut off after the endpoint had it."
    if take.report.verdict is Verdict.INTERRUPTED:
        return f"{counted}: nothing the endpoint had is cut off; the recorder stopped, or was stopped, there."
    return f"{counted}: nothing is cut off."
