"""Exam settings: one typed, versioned document that holds a slice for each part of the client.

Parts own their slices (`capture.settings`, `lockdown.contract.settings`, `app.policy.delivery`); the composition root
hands each part its slice and nothing else. README.md beside this file explains every key, schema.json is made from
here.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from app.policy import strict_json
from app.policy.accommodations import AccommodationSettings
from app.policy.addresses import AddressFilter, AddressRule
from app.policy.canonical_address import Address
from app.policy.check_in import CheckInPart
from app.policy.delivery import DeliverySettings, Endpoint
from app.policy.detection import DetectionSettings
from app.policy.errors import AddressInvalid, SettingsCode, SettingsFault, SettingsInvalid
from app.policy.page import PageSettings
from app.policy.release import ReleaseKey
from app.policy.section import Section, faults_of, faulty, faulty_address
from app.policy.terms import IDENTIFIER
from capture.analysis.settings import AnalysisSettings as Detectors
from capture.settings import RecordingSettings
from crypto.ed25519 import is_strict
from crypto.errors import FormatError
from crypto.keys import RecipientPublic
from lockdown.contract.settings import LockdownSettings, Policy

__all__ = ["DeliverySettings", "DetectionSettings", "Endpoint", "ExamSettings", "parse_settings"]

MAX_SETTINGS_BYTES = 256 * 1024

Identifier = Annotated[str, Field(pattern=rf"^{IDENTIFIER}$")]
Title = Annotated[str, Field(min_length=1, max_length=120)]


class Institution(Section):
    """Who holds the exam."""

    id: Identifier
    name: Title


class Exam(Section):
    """Which exam it is, and how long it takes (None: no limit known to the client)."""

    id: Identifier
    title: Title
    duration_min: int | None = Field(default=None, ge=1, le=1440)


class CheckSettings(Section):
    """What is checked before the exam beyond the recorded sources, the disk and the network, which always are."""

    face: bool = Field(default=False, description="A face is found in the camera picture")
    id_photo: bool = Field(default=False, description="The test taker shows an identity document to the camera")
    signature: bool = Field(default=False, description="The test taker shows a signature, on paper, to the camera")
    room_scan: bool = Field(default=False, description="The camera is turned around the room")
    desk_scan: bool = Field(default=False, description="The camera is turned on the desk")

    @property
    def stills(self) -> bool:
        """Whether a still picture is taken."""
        return self.id_photo or self.signature

    @property
    def recorded(self) -> bool:
        """Whether one of the checks is part of the recording, which then begins with it."""
        return self.stills or self.room_scan or self.desk_scan


class RetentionSettings(Section):
    """How long the sealed recording is kept at the endpoint, counted from its delivery."""

    days: int = Field(ge=1, le=3650)


class Recipient(Section):
    """A public key that recordings are sealed to: the exam key, made by ``invigilo-institution exam new``."""

    kid: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@:+-]{0,63}$")
    public_b64: str = Field(max_length=1700, description="ML-KEM-768 and X25519 public keys, 1216 bytes in base64")

    @model_validator(mode="after")
    def _usable(self) -> Recipient:
        self.public()
        return self

    def public(self) -> RecipientPublic:
        """The key as the sealing part takes it."""
        try:
            return RecipientPublic(self.kid, base64.b64decode(self.public_b64, validate=True))
        except (binascii.Error, FormatError) as error:
            raise faulty(SettingsCode.NO_EXAM_KEY, "public_b64") from error


class SourceSettings(Section):
    """Which sources may stand in for a device."""

    allow_files: bool = Field(
        default=False, description="A file, a network camera or the drawn test person may be recorded (practice, demo)"
    )


class ExamSettings(Section):
    """The whole document. Unknown keys are refused: a client never half-follows settings newer than itself."""

    schema_version: Literal[1] = 1
    institution: Institution
    exam: Exam
    start_url: str = Field(max_length=2048, description="The page the exam window opens first")
    allowed: tuple[str, ...] = Field(default=(), max_length=200, description="Address rules, see app.policy.addresses")
    hand_in: str | None = Field(
        default=None, max_length=2048, description="The address whose opening hands the exam in; None: by the button"
    )
    pdf: bool = Field(default=True, description="PDF documents within the allowed addresses are shown in the window")
    page: PageSettings = Field(default_factory=PageSettings)
    recording: RecordingSettings = Field(default_factory=RecordingSettings)
    checks: CheckSettings = Field(default_factory=CheckSettings)
    detection: DetectionSettings = Field(default_factory=DetectionSettings)
    lockdown: LockdownSettings = Field(default_factory=LockdownSettings)
    delivery: DeliverySettings
    retention: RetentionSettings
    proctoring: Literal["automated", "live"] = "automated"
    accommodations: AccommodationSettings = Field(default_factory=AccommodationSettings)
    recipients: tuple[Recipient, ...] = Field(min_length=1, max_length=8)
    sources: SourceSettings = Field(default_factory=SourceSettings)
    ticket_key: str | None = Field(
        default=None, max_length=44, description="Ed25519 key of the tickets that admit a candidate, 32 bytes in base64"
    )
    release_keys: tuple[ReleaseKey, ...] = Field(default=(), max_length=8, description="Who may release a held exam")

    @field_validator("start_url", "hand_in")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        try:
            if url is not None:
                return str(Address.parse(url))
        except AddressInvalid as error:
            raise faulty_address(error) from error
        return url

    @field_validator("allowed")
    @classmethod
    def _rules(cls, rules: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_rule(place, rule) for place, rule in enumerate(rules))

    @field_validator("ticket_key")
    @classmethod
    def _strict_key(cls, text: str | None) -> str | None:
        try:
            usable = text is None or is_strict(base64.b64decode(text, validate=True))
        except binascii.Error as error:
            raise faulty(SettingsCode.NO_TICKET_KEY) from error
        if not usable:
            raise faulty(SettingsCode.NO_TICKET_KEY)
        return text

    @field_validator("recipients")
    @classmethod
    def _distinct(cls, recipients: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
        if len({recipient.kid for recipient in recipients}) != len(recipients):
            raise faulty(SettingsCode.TWICE)
        return recipients

    @model_validator(mode="after")
    def _can_be_released(self) -> ExamSettings:
        held = next((each for each in self.lockdown.controls() if self.lockdown.policy(each) is Policy.HOLD), None)
        if held is not None and not self.release_keys:
            raise faulty(SettingsCode.NOBODY_CAN_RELEASE, f"lockdown.{held}")
        return self

    @model_validator(mode="after")
    def _seen_and_heard(self) -> ExamSettings:
        seen = [f"checks.{name}" for name, on in self.checks.model_dump().items() if on]
        seen += [f"detection.{name}" for name in ("face_presence", "people_count", "gaze") if self._asks(name)]
        if seen and self.recording.camera is None:
            raise faulty(SettingsCode.NEEDS_CAMERA, seen[0])
        if self.detection.voice and self.recording.microphone is None:
            raise faulty(SettingsCode.NEEDS_MICROPHONE, "detection.voice")
        return self

    def _asks(self, detection: str) -> bool:
        return bool(getattr(self.detection, detection))

    def observed(self) -> DetectionSettings:
        """What is observed of the holder of this file: what the exam asks for, less their accommodations."""
        return self.detection.granted(self.accommodations)

    def asks_for_face(self) -> bool:
        """Whether a face is to be found at check-in."""
        return self.checks.face and not self.accommodations.without_face_detection

    def check_in(self) -> tuple[CheckInPart, ...]:
        """What is asked of the holder of this file between the device check and the exam, in that order."""
        checks = self.checks
        asked = {
            CheckInPart.FACE: self.asks_for_face(),
            CheckInPart.GAZE: self.observed().gaze,
            CheckInPart.ID_PHOTO: checks.id_photo,
            CheckInPart.SIGNATURE: checks.signature,
            CheckInPart.DESK_SCAN: checks.desk_scan,
            CheckInPart.ROOM_SCAN: checks.room_scan,
        }
        return tuple(part for part, on in asked.items() if on)

    def looks_at_check_in(self) -> Detectors | None:
        """What looks at the test taker before the exam."""
        return self.observed().at_check_in(face=self.asks_for_face())

    def time_s(self) -> float | None:
        """How long the exam takes whoever is given this file, in seconds; None where no duration is known."""
        if self.exam.duration_min is None:
            return None
        return 60.0 * (self.exam.duration_min + self.accommodations.extra_time_min)

    def address_filter(self) -> AddressFilter:
        """The filter of the exam window."""
        return AddressFilter(self.start_url, self.allowed, self.hand_in)

    def public_keys(self) -> tuple[RecipientPublic, ...]:
        """The keys that recordings are sealed to."""
        return tuple(recipient.public() for recipient in self.recipients)

    def to_bytes(self) -> bytes:
        """The document as it is written, to be signed: indented JSON with a line end. `parse_settings` reads it."""
        return (self.model_dump_json(indent=2) + "\n").encode()


def parse_settings(data: bytes) -> ExamSettings:
    """Read settings whose signature has already been checked.

    Raises `SettingsInvalid` that names every fault by its place; values are not repeated in it.
    """
    if len(data) > MAX_SETTINGS_BYTES:
        raise SettingsInvalid((SettingsFault((), SettingsCode.TOO_LARGE, {"most": MAX_SETTINGS_BYTES}),))
    try:
        strict_json.parse(data)
    except strict_json.LooseJson as error:
        raise SettingsInvalid((SettingsFault((), error.fault, error.facts),)) from error
    try:
        # Strict: "1" is no number and 1 is no switch.
        return ExamSettings.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise SettingsInvalid(faults_of(error)) from error


def _rule(place: int, text: str) -> str:
    try:
        return str(AddressRule.parse(text))
    except AddressInvalid as error:
        raise faulty_address(error, str(place)) from error
