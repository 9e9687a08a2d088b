"""The exam file (``.invigilo``): settings, the institution's key and its signature in one text.

::

    invigilo exam file 1
    untrusted comment: ...            minisign public key of the institution, two lines
    RW...
    untrusted comment: ...            minisign signature of the settings, four lines;
    RU...                             the trusted comment is `SignedTerms`
    trusted comment: invigilo inst:... exam:... seq:... from:... until:... deliver-until:... sha256:...
    ...
    ---
    { ... }                           the settings, to the last byte of the file

Lines end with LF. Cutting the parts out gives what the ``minisign`` program verifies by hand.

Nothing of the settings is parsed before frame, key, signature, sequence and validity have held.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from app.policy.document import MAX_SETTINGS_BYTES, ExamSettings, parse_settings
from app.policy.errors import (
    ExamExpired,
    ExamFileFault,
    ExamFileUnreadable,
    ExamNotYetValid,
    OlderSequence,
    SequenceReused,
    SettingsCode,
    SettingsFault,
    SettingsInvalid,
    SignatureRefused,
    UnknownInstitution,
    WrongInstitution,
)
from app.policy.pins import InstitutionPins
from app.policy.terms import SignedTerms
from crypto.errors import FormatError, SignatureError
from crypto.fingerprint import words
from crypto.signing import SigningKey, VerifyKey, verify

MAGIC_LINE = b"invigilo exam file 1"
SUFFIX = ".invigilo"
MAX_HEAD_BYTES = 4096
MAX_EXAM_FILE_BYTES = MAX_SETTINGS_BYTES + MAX_HEAD_BYTES


@dataclass(frozen=True)
class ExamFile:
    """The parts of an exam file, framed but not yet trusted in any way."""

    root_key: VerifyKey
    signature: str
    settings_bytes: bytes


@dataclass(frozen=True)
class SignedExam:
    """Settings whose signature holds under `root_key`; nothing is said about trust in that key or about time."""

    root_key: VerifyKey
    signature: str
    terms: SignedTerms
    settings_bytes: bytes

    @property
    def settings_sha256(self) -> str:
        """SHA-256 of the exact settings bytes, hexadecimal; stands in the header of every recording."""
        return hashlib.sha256(self.settings_bytes).hexdigest()

    @property
    def content_sha256(self) -> str:
        """Digest of all that is signed, settings and terms, hexadecimal."""
        return hashlib.sha256(self.terms.text().encode() + b"\n" + self.settings_bytes).hexdigest()

    def settings(self) -> ExamSettings:
        """Parse the settings; raises `SettingsInvalid`, also when they name another exam than the signed terms."""
        settings = parse_settings(self.settings_bytes)
        require_named(settings, self.terms.institution, self.terms.exam)
        return settings


@dataclass(frozen=True)
class VerifiedExam:
    """Settings to act on: signed by a trusted institution, current, valid now.

    `signature` is the four lines of minisign that the endpoint asks for, `first_seen` is true when no exam of this
    institution has been opened on this machine before.
    """

    settings: ExamSettings
    settings_sha256: str
    settings_bytes: bytes
    signature: str
    terms: SignedTerms
    root_key: VerifyKey
    first_seen: bool


def read_exam_file(data: bytes, pins: InstitutionPins, now: datetime) -> VerifiedExam:
    """Check an exam file in the order size, frame, pinned key, signature, terms, sequence, validity; then parse it.

    `now` carries a time zone. On success the sequence is remembered in `pins`, durably. Raises a `PolicyError`, each
    reason its own class. `UnknownInstitution` is raised only for a file that is correctly signed by the key it brings.
    """
    signed = _signature_of(frame(data), pins)
    terms = signed.terms
    _refuse_older(signed, pins)
    if now < terms.valid_from:
        raise ExamNotYetValid(terms.exam, terms.valid_from)
    if now > terms.valid_until:
        raise ExamExpired(terms.exam, terms.valid_until)
    settings = signed.settings()
    first_seen = not pins.opened_before(terms.institution)
    pins.remember(terms, signed.content_sha256)
    return VerifiedExam(
        settings=settings,
        settings_sha256=signed.settings_sha256,
        settings_bytes=signed.settings_bytes,
        signature=signed.signature,
        terms=terms,
        root_key=signed.root_key,
        first_seen=first_seen,
    )


def look_at_exam_file(data: bytes, pins: InstitutionPins) -> SignedExam:
    """Check an exam file as `read_exam_file` does, for a look that opens no exam: nothing is remembered of it.

    A file of an institution that is not known yet has to be signed by the key it brings; the caller says that nobody
    has confirmed that key. Whether it is valid now is left to the caller too. Raises a `PolicyError`.
    """
    parts = frame(data)
    try:
        signed = _signature_of(parts, pins)
    except UnknownInstitution:
        return _verified(parts)
    _refuse_older(signed, pins)
    return signed


def verify_exam_file(data: bytes, root_key: VerifyKey) -> SignedExam:
    """Check frame, key, signature and terms against one known root key; raises as `read_exam_file` does."""
    parts = frame(data)
    if parts.root_key != root_key:
        raise WrongInstitution("the exam file brings another institution's key than this one's")
    return _verified(parts)


def write_exam_file(settings_bytes: bytes, terms: SignedTerms, key: SigningKey) -> bytes:
    """Sign `settings_bytes` as they are, their digest in the signed line, and give the exam file.

    Raises `SettingsInvalid` for settings that a client would refuse, so that none is ever signed.
    """
    terms = replace(terms, settings_sha256=hashlib.sha256(settings_bytes).hexdigest())
    signature = key.sign(settings_bytes, terms.text())
    exam = SignedExam(key.verify_key, signature, terms, settings_bytes)
    exam.settings()
    head = key.verify_key.to_text() + signature
    return MAGIC_LINE + b"\n" + head.encode() + b"---\n" + settings_bytes


def require_named(settings: ExamSettings, institution: str, exam: str) -> None:
    """Raise `SettingsInvalid` where `settings` are those of another institution or exam."""
    named = f"{settings.institution.id}/{settings.exam.id}"
    if named != f"{institution}/{exam}":
        facts = {"named": named, "signed": f"{institution}/{exam}"}
        raise SettingsInvalid((SettingsFault((), SettingsCode.SIGNED_FOR_ANOTHER, facts),))


def frame(data: bytes) -> ExamFile:
    """Take an exam file apart; raises `ExamFileUnreadable`, and looks at nothing inside the settings."""
    if len(data) > MAX_EXAM_FILE_BYTES:
        raise ExamFileUnreadable(
            ExamFileFault.TOO_LARGE,
            f"the file has {len(data)} bytes; no exam file is larger than {MAX_EXAM_FILE_BYTES}. "
            "Choose the file your institution sent, it ends in .invigilo",
        )
    if not data.startswith(MAGIC_LINE):
        raise ExamFileUnreadable(
            ExamFileFault.ANOTHER_KIND,
            "this is not an exam file. Choose the file your institution sent, it ends in .invigilo",
        )
    head, separator, settings_bytes = data.partition(b"\n---\n")
    if b"\r" in data[: len(MAGIC_LINE) + 2] or (separator and b"\r" in head):
        raise ExamFileUnreadable(
            ExamFileFault.LINE_ENDS_REWRITTEN,
            "the line ends of the exam file were rewritten on the way, which breaks its signature. "
            "Download it again, or ask for it as an attachment or a link",
        )
    lines = head.split(b"\n")
    if not separator or len(head) > MAX_HEAD_BYTES or len(lines) != 1 + 2 + 4 or lines[0] != MAGIC_LINE:
        raise ExamFileUnreadable(
            ExamFileFault.PARTS_MISSING,
            "the exam file does not hold exactly one key, one signature and the settings. "
            "It is damaged or from a newer version; download it again",
        )
    try:
        text = [line.decode("utf-8") for line in lines]
        root_key = VerifyKey.from_text("\n".join(text[1:3]) + "\n")
    except (UnicodeDecodeError, FormatError) as error:
        raise ExamFileUnreadable(
            ExamFileFault.KEY_DAMAGED, "the institution's key in the exam file is damaged. Download the file again"
        ) from error
    return ExamFile(root_key, "\n".join(text[3:7]) + "\n", settings_bytes)


def _signature_of(parts: ExamFile, pins: InstitutionPins) -> SignedExam:
    trusted_for = pins.institution_of(parts.root_key)
    signed = _verified(parts)
    institution = signed.terms.institution
    if trusted_for == institution:
        return signed
    pinned = pins.root_key(institution)
    if pinned is not None:
        raise WrongInstitution(
            f"the exam file says it is from “{institution}”, but it is signed with another key than the one trusted "
            f"for “{institution}” ({' '.join(words(pinned.fingerprint))}). Do not use it; ask the institution",
            institution,
            words(pinned.fingerprint),
        )
    if trusted_for is not None:
        raise WrongInstitution(
            f"the exam file says it is from “{institution}”, but its key is the one trusted for “{trusted_for}”. "
            "Do not use it; ask the institution",
            institution,
        )
    raise UnknownInstitution(institution, parts.root_key, words(parts.root_key.fingerprint))


def _verified(parts: ExamFile) -> SignedExam:
    try:
        comment = verify(parts.settings_bytes, parts.signature, parts.root_key)
    except SignatureError as error:
        raise SignatureRefused(
            "the exam file is not as the institution signed it: it was altered or damaged. "
            "Download it again; if it is refused again, tell your institution"
        ) from error
    signed = SignedExam(parts.root_key, parts.signature, SignedTerms.parse(comment), parts.settings_bytes)
    if signed.terms.settings_sha256 not in {None, signed.settings_sha256}:
        raise SignatureRefused(
            "the signed line of the exam file names other settings than those in it; no program of ours signs so. "
            "Do not use it; ask your institution"
        )
    return signed


def _refuse_older(signed: SignedExam, pins: InstitutionPins) -> None:
    terms = signed.terms
    seen = pins.seen(terms.institution, terms.exam)
    if seen is None:
        return
    if terms.sequence < seen.sequence:
        raise OlderSequence(terms.exam, terms.sequence, seen.sequence)
    if terms.sequence == seen.sequence and signed.content_sha256 != seen.contents.get(
        terms.edition, signed.content_sha256
    ):
        raise SequenceReused(terms.exam, seen.sequence)
