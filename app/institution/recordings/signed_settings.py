"""An attempt checked against the exam files that the institution has signed.

Every version and edition ever signed lies in the institution's folder. Which of them a recording was made under, its
header says by the digest of their settings; one that fits none of them was not made under any that was signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.institution.comparison_codes import Check, Compared, Why
from app.institution.exams import authoring
from app.institution.finding_codes import AttemptFinding
from app.institution.keys.institution import InstitutionFolder
from app.institution.recordings.moments import began
from app.institution.recordings.takes import Take
from app.policy.document import ExamSettings
from app.policy.errors import SettingsInvalid
from app.policy.exam_file import SignedExam
from crypto.errors import SealingError
from crypto.header import SessionDescription
from crypto.names import KEYS_NAME
from crypto.slots import read_slots
from crypto.verdict import VerificationFinding

_TOLERANCE = timedelta(minutes=5)
"""The client has looked at the same clock, a little earlier, when it opened the file."""
_MEDIA = frozenset({"webcam", "microphone", "screen"})
_BY_SETTINGS = (Check.SETTINGS, Check.VALIDITY, Check.STREAMS, Check.RECIPIENTS)


@dataclass(frozen=True)
class SignedFiles:
    """Every exam file ever signed for the exam of a recording; `why` there is none to compare with."""

    files: tuple[SignedExam, ...] = ()
    why: Why | None = None


def signed_files(takes: Sequence[Take], institution: InstitutionFolder | None) -> SignedFiles:
    """Read them; raises `FolderDamaged` for one that is not as it was signed."""
    header = _header(takes)
    if header is None:
        return SignedFiles(why=Why.NO_HEADER)
    if institution is None:
        return SignedFiles(why=Why.NO_INSTITUTION)
    if header.institution != institution.record.id:
        return SignedFiles(why=Why.OTHER_INSTITUTION)
    files = authoring.signed_versions(institution, header.exam)
    return SignedFiles(files, None if files else Why.NO_EXAM_FILE)


def check_settings(takes: Sequence[Take], signed: SignedFiles) -> Iterator[Compared]:
    """Compare settings, begin, streams and slots with what was signed; and that there is anything at all."""
    header, why, files = _header(takes), signed.why, signed.files
    if header is None or why is not None:
        for check in _BY_SETTINGS:
            empty = _nothing(takes) if check is Check.STREAMS and header is not None else ()
            yield Compared(check, empty, why=why)
        return
    matching = [each for each in files if each.settings_sha256 == header.config_sha256]
    if not matching:
        facts: dict[str, int | str] = {"exam": header.exam, "files": len(files)}
        unsigned = VerificationFinding(AttemptFinding.SETTINGS_NOT_SIGNED, _first(takes).label, None, facts)
        yield Compared(Check.SETTINGS, (unsigned,))
        for check in _BY_SETTINGS[1:]:
            empty = _nothing(takes) if check is Check.STREAMS else ()
            yield Compared(check, empty, why=Why.SETTINGS_UNKNOWN)
        return
    terms = matching[-1].terms
    named: dict[str, int | str] = {"exam": terms.exam, "version": terms.sequence, "edition": terms.edition}
    yield Compared(Check.SETTINGS, facts=named)
    yield _validity(takes, matching)
    try:
        settings = matching[-1].settings()
    except SettingsInvalid:
        yield Compared(Check.STREAMS, _nothing(takes), why=Why.SETTINGS_UNREADABLE)
        yield Compared(Check.RECIPIENTS, why=Why.SETTINGS_UNREADABLE)
        return
    yield _streams(takes, settings)
    yield _recipients(takes, settings)


def settings_of(takes: Sequence[Take], signed: SignedFiles) -> ExamSettings | Why:
    """The signed settings that the recording says it was made under, or why they are not known here."""
    header = _header(takes)
    if header is None or signed.why is not None:
        return signed.why or Why.NO_HEADER
    try:
        found = [each.settings() for each in signed.files if each.settings_sha256 == header.config_sha256]
    except SettingsInvalid:
        return Why.SETTINGS_UNREADABLE
    return found[-1] if found else Why.SETTINGS_UNKNOWN


def _header(takes: Sequence[Take]) -> SessionDescription | None:
    return next((take.description for take in takes if take.description is not None), None)


def _validity(takes: Sequence[Take], matching: Sequence[SignedExam]) -> Compared:
    known = [(take, at) for take in takes if take.description is not None and (at := began(take.description))]
    if not known:
        return Compared(Check.VALIDITY, why=Why.NO_TIME)
    terms = [each.terms for each in matching]
    spoken = {"valid_from": min(t.valid_from for t in terms), "valid_until": max(t.valid_until for t in terms)}
    facts = {name: at.isoformat() for name, at in spoken.items()}
    late = []
    for place, (take, at) in enumerate(known):
        # A recorder that was started again goes on with an exam that was begun in time.
        ends = [each.deliver_until if place else each.valid_until for each in terms]
        within = [each.valid_from - _TOLERANCE <= at <= end + _TOLERANCE for each, end in zip(terms, ends, strict=True)]
        if not any(within):
            said = {"started_at": at.isoformat(), **facts}
            late.append(VerificationFinding(AttemptFinding.OUTSIDE_VALIDITY, take.label, None, said))
    return Compared(Check.VALIDITY, tuple(late), facts=facts)


def _streams(takes: Sequence[Take], settings: ExamSettings) -> Compared:
    required = required_streams(settings)
    found = [
        _about(take, AttemptFinding.STREAM_NOT_LISTED, stream)
        for take in takes
        for stream in required
        if take.description is not None and stream not in take.description.streams
    ]
    recorded = {segment.stream for take in takes for segment in take.report.segments}
    unlisted = {finding.facts["stream"] for finding in found}
    if nothing := _nothing(takes):
        found += nothing
    else:
        found += _empty(_first(takes), [each for each in required if each not in unlisted], recorded)
    return Compared(Check.STREAMS, tuple(found), facts={"streams": " ".join(required)})


def _empty(take: Take, required: Sequence[str], recorded: set[str]) -> Iterator[VerificationFinding]:
    """What there is nothing of. An exam may be sat without one device, but no recorder seals events alone, or none."""
    for kind in (_MEDIA, {"events"}):
        of_kind = [each for each in required if each in kind]
        if of_kind and not recorded.intersection(of_kind):
            facts = {"streams": " ".join(of_kind)}
            yield VerificationFinding(AttemptFinding.REQUIRED_EMPTY, take.label, None, facts)
        else:
            yield from (_about(take, AttemptFinding.STREAM_EMPTY, each) for each in of_kind if each not in recorded)
    yield from (
        _about(take, AttemptFinding.STREAM_EMPTY, each)
        for each in required
        if each not in recorded | _MEDIA | {"events"}
    )


def required_streams(settings: ExamSettings) -> tuple[str, ...]:
    """The streams that a recorder seals under `settings`, as headers name them."""
    asked = settings.recording
    wanted = {
        "events": True,
        "webcam": asked.camera is not None,
        "microphone": asked.microphone is not None,
        "screen": asked.screen is not None,
        "stills": settings.checks.stills,
    }
    return tuple(stream for stream, on in wanted.items() if on)


def _recipients(takes: Sequence[Take], settings: ExamSettings) -> Compared:
    keys = [each.kid for each in settings.recipients]
    lacking = [
        VerificationFinding(AttemptFinding.NO_SLOT, take.label, None, {"key": key})
        for take in takes
        if take.holds_anything
        for key in keys
        if key not in slot_names(take)
    ]
    return Compared(Check.RECIPIENTS, tuple(lacking), facts={"keys": " ".join(keys)})


def slot_names(take: Take) -> frozenset[str]:
    """Names of the keys a take has slots for. A slot file can be changed, so this is a hint and no proof."""
    try:
        slots, _ = read_slots(take.source.read(KEYS_NAME))
    except SealingError:
        return frozenset()
    return frozenset(slot.kid.decode("ascii", "replace") for slot in slots)


def _nothing(takes: Sequence[Take]) -> tuple[VerificationFinding, ...]:
    if any(take.holds_anything for take in takes):
        return ()
    return tuple(VerificationFinding(AttemptFinding.NOTHING_RECORDED, take.label) for take in takes[:1])


def _first(takes: Sequence[Take]) -> Take:
    return next(take for take in takes if take.description is not None)


def _about(take: Take, code: AttemptFinding, stream: str) -> VerificationFinding:
    return VerificationFinding(code, take.label, None, {"stream": stream})
