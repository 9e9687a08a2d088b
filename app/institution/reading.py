"""How a recording is read: with which levels, and with the limits that were signed or with others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from app.institution import authoring
from app.institution.attempt import AttemptReport
from app.institution.ceremony import Institution
from app.institution.errors import BadUse
from app.institution.levels import Levels, read_levels
from app.institution.replay import replayed, rules_for
from app.policy import strict_json
from app.policy.detection import DetectionSettings
from app.policy.errors import PolicyError
from capture.analysis.settings import DetectionRules

MAX_LIMITS_BYTES = 64 * 1024


@dataclass(frozen=True)
class Reading:
    """`levels` colour the moments; with `rules` the incidents are worked out again, else they are those sealed."""

    levels: Levels = field(default_factory=Levels)
    rules: DetectionRules | None = None

    def events(self, lines: Iterable[bytes]) -> list[bytes]:
        """The lines of the events stream as this reading has them."""
        return list(lines) if self.rules is None else replayed(lines, self.rules)


def reading(institution: Institution, report: AttemptReport, levels: Path | None, limits: Path | None) -> Reading:
    """The reading that the options of a command ask for; raises `BadUse` for a file that is not understood."""
    chosen = read_levels(levels, institution.folder)
    return Reading(chosen, None if limits is None else chosen_rules(signed_detection(institution, report), limits))


def chosen_rules(signed: DetectionSettings | None, limits: Path | None) -> DetectionRules:
    """The signed rules with the limits that the JSON object in `limits` changes; raises `BadUse`."""
    try:
        changes: object = {}
        if limits is not None:
            data = limits.read_bytes()
            if len(data) > MAX_LIMITS_BYTES:
                raise BadUse(f"“{limits}” has more than {MAX_LIMITS_BYTES} bytes")
            changes = strict_json.parse(data)
        if not isinstance(changes, dict):
            raise BadUse(f"“{limits}” holds no limits: it must be a JSON object")
        return rules_for(signed, changes)
    except OSError as error:
        raise BadUse(f"“{limits}” cannot be read: {error.strerror}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise BadUse(f"“{limits}” holds no limits: {faults}") from error
    except ValueError as error:
        raise BadUse(f"“{limits}” holds no limits: {error}") from error


def signed_detection(institution: Institution, report: AttemptReport) -> DetectionSettings | None:
    """What the exam file asked to be observed that this recording was made with; None where it is not here."""
    described = next((take.report.description for take in report.takes if take.report.description is not None), None)
    if described is None:
        return None
    try:
        for signed in authoring.signed_versions(institution, described.exam):
            if signed.settings_sha256 == described.config_sha256:
                return signed.settings().observed()
    except PolicyError:
        return None
    return None
