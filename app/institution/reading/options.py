"""How a recording is read: with which levels, and with the limits that were signed or with others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from app.events.sealed import SealedEvent, read_line
from app.institution.exams import authoring
from app.institution.json_file import checked, read_object
from app.institution.keys.institution import InstitutionFolder
from app.institution.reading.levels import Levels, read_levels
from app.institution.reading.redetection import redetected
from app.institution.recordings.attempt import AttemptReport
from app.policy.detection import DetectionSettings
from app.policy.errors import PolicyError
from capture.analysis.settings import DetectionRules


@dataclass(frozen=True)
class ReadingOptions:
    """`levels` colour the moments; with `rules` the incidents are worked out again, else they are those sealed."""

    levels: Levels = field(default_factory=Levels)
    rules: DetectionRules | None = None

    def events(self, lines: Iterable[bytes]) -> Iterable[SealedEvent]:
        """The events in the lines of the events stream, as this reading has them; each is read when it is asked for."""
        events = map(read_line, lines)
        return events if self.rules is None else redetected(list(events), self.rules)


def reading(
    institution: InstitutionFolder, report: AttemptReport, levels: Path | None, limits: Path | None
) -> ReadingOptions:
    """The reading that the options of a command ask for; raises `UsageError` for a file that is not understood."""
    chosen = read_levels(levels, institution.folder)
    return ReadingOptions(
        chosen, None if limits is None else chosen_rules(signed_detection(institution, report), limits)
    )


def chosen_rules(signed: DetectionSettings | None, limits: Path | None) -> DetectionRules:
    """The signed rules, or the default ones, with the limits that the JSON object in `limits` changes.

    Raises:
        UsageError: a limit is not known or out of range, or the file cannot be read.
    """
    detectors = None if signed is None else signed.detectors()
    rules = DetectionRules() if detectors is None else detectors.rules
    if limits is None:
        return rules
    changes = read_object(limits, "limits")
    return checked({**rules.model_dump(), **changes}, limits, "limits", DetectionRules)


def signed_detection(institution: InstitutionFolder, report: AttemptReport) -> DetectionSettings | None:
    """What the exam file asked to be observed that this recording was made with; None where it is not here."""
    described = next((take.description for take in report.takes if take.description is not None), None)
    if described is None:
        return None
    try:
        for signed in authoring.signed_versions(institution, described.exam):
            if signed.settings_sha256 == described.config_sha256:
                return signed.settings().observed()
    except PolicyError:
        return None
    return None
