"""Opens an exam: a file or a link becomes verified settings, or an error that says which check refused it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from app.client.errors import ClientError, ExamUnreachable, SourceRefused, UnreachableFault
from app.client.state.attempts import Attempt
from app.policy.errors import PolicyError
from app.policy.exam_file import MAX_EXAM_FILE_BYTES, VerifiedExam, read_exam_file, verify_exam_file
from app.policy.link import exam_address
from capture.sources.names import is_device

if TYPE_CHECKING:
    from app.client.recording.recording import ChosenSources
    from app.policy.document import ExamSettings
    from app.policy.pins import InstitutionPins

FETCH_TIMEOUT_S = 15.0
_CHUNK_BYTES = 16 * 1024


def exam_bytes(exam: str, *, authority: Path | None = None) -> bytes:
    """Read an exam file from a path or an `invigilo://` link; at most the size an exam file can have.

    `authority` is a CA bundle for the link's https connection where the system's own does not do (labs).

    Raises:
        ExamUnreachable: when the file or address cannot be read.
        LinkInvalid: when the link is malformed.
    """
    if "://" in exam:
        return _fetch(exam_address(exam), authority)
    try:
        with Path(exam).open("rb") as file:
            return file.read(MAX_EXAM_FILE_BYTES + 1)
    except OSError as error:
        raise ExamUnreachable(UnreachableFault.FILE_UNREADABLE, where=error.strerror or Path(exam).name) from error


def read_exam(exam: str, authority: Path | None) -> bytes | ClientError | PolicyError:
    """Read an exam file as `exam_bytes` does, with what keeps it from being read as a value, for another thread."""
    try:
        return exam_bytes(exam, authority=authority)
    except (ClientError, PolicyError) as error:
        return error


def open_exam(data: bytes, pins: InstitutionPins) -> VerifiedExam:
    """Verify an exam file now; raises a `PolicyError` that says which check refused it."""
    return read_exam_file(data, pins, datetime.now(UTC))


def check_sources(settings: ExamSettings, sources: ChosenSources) -> None:
    """Refuse a source that is no device unless the signed settings allow it.

    Raises:
        SourceRefused: naming the option.
    """
    for option, source in (
        ("--camera", sources.camera),
        ("--microphone", sources.microphone),
        ("--screen", sources.screen),
    ):
        if source is not None and not settings.sources.allow_files and not is_device(source):
            raise SourceRefused(option)


def exam_begun(
    opened: VerifiedExam, opened_file: bytes, attempt: Attempt, kept: Path | None
) -> tuple[VerifiedExam, bytes]:
    """Give the exam that `attempt` was begun with, and its file: one attempt has one exam file's settings to its end.

    Where another version or edition was opened, that is what was `kept` of it, if the same institution has signed it.
    """
    if kept is None or opened.settings_sha256 == attempt.settings_sha256:
        return opened, opened_file
    try:
        data = kept.read_bytes()
        signed = verify_exam_file(data, opened.root_key)
        if signed.settings_sha256 != attempt.settings_sha256:
            return opened, opened_file
        settings = signed.settings()
    except (OSError, PolicyError):
        return opened, opened_file
    begun = replace(
        opened,
        settings=settings,
        settings_sha256=signed.settings_sha256,
        settings_bytes=signed.settings_bytes,
        signature=signed.signature,
        terms=signed.terms,
    )
    return begun, data


def under(exam: VerifiedExam, attempt: Attempt) -> Attempt:
    """Give `attempt` with the digest of the settings that are followed: what its recording says is what happens."""
    if attempt.settings_sha256 == exam.settings_sha256:
        return attempt
    return attempt.model_copy(update=_signed(exam))


def new_attempt(exam: VerifiedExam, attempt: str, candidate: str) -> Attempt:
    """Give a fresh attempt at `exam`, delivered to the first endpoint of its settings."""
    return Attempt(
        attempt=attempt,
        institution=exam.settings.institution.id,
        exam=exam.settings.exam.id,
        candidate=candidate,
        endpoint=exam.settings.delivery.endpoints[0],
        **_signed(exam),
    )


def _signed(exam: VerifiedExam) -> dict[str, str]:
    return {
        "settings_sha256": exam.settings_sha256,
        "settings_blake2b512": hashlib.blake2b(exam.settings_bytes, digest_size=64).hexdigest(),
        "signature": exam.signature,
    }


def _fetch(address: str, authority: Path | None) -> bytes:
    try:
        with requests.get(
            address,
            timeout=FETCH_TIMEOUT_S,
            allow_redirects=False,
            stream=True,
            verify=str(authority) if authority else True,
        ) as answer:
            if answer.status_code != requests.codes.ok:
                raise ExamUnreachable(UnreachableFault.NO_EXAM_THERE, where=f"HTTP {answer.status_code}")
            data = bytearray()
            for chunk in answer.iter_content(_CHUNK_BYTES):
                data += chunk
                if len(data) > MAX_EXAM_FILE_BYTES:
                    break
            return bytes(data)
    except requests.exceptions.SSLError as error:
        raise ExamUnreachable(UnreachableFault.SERVER_UNPROVEN) from error
    except requests.exceptions.RequestException as error:
        raise ExamUnreachable(UnreachableFault.SERVER_SILENT) from error
