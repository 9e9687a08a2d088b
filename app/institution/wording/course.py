"""What is found of an exam's course, in sentences: parts of the check-in that are missing, holds that were left."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.institution.finding_codes import AttemptFinding
from app.institution.wording.check_in import parts_named
from app.institution.wording.lockdown import CONTROLS
from app.institution.wording.phrases import coded, listed, shown
from crypto.verdict import VerificationFinding
from resources.language import N_, _

COURSE: Mapping[str, str] = MappingProxyType(
    {
        AttemptFinding.CHECK_IN_MISSING: N_(
            "{name}: the exam began, and its settings ask at check-in for {parts}, of which nothing was sealed. The "
            "program asks for it, and seals too when it is left out. Ask the test taker how the exam began."
        ),
        AttemptFinding.CHECK_IN_LEFT_OUT: N_(
            "{name}: the test taker went on at check-in without {parts}, as the program lets everybody do."
        ),
        AttemptFinding.HOLD_LEFT: N_(
            "{name}: the exam was held ({controls}) and went on in part {part}, without the hold and without a code "
            "that ended it. The program holds it again after each start. Ask the test taker how it went on."
        ),
    }
)


def course_sentence(finding: VerificationFinding) -> str:
    """Say one finding of `COURSE`."""
    facts = {"name": shown(finding.where), "part": shown(finding.facts.get("part", ""))}
    facts["parts"] = parts_named(str(finding.facts.get("parts", "")))
    facts["controls"] = listed([coded(each, CONTROLS) for each in str(finding.facts.get("controls", "")).split()])
    return _(COURSE[finding.code]).format(**facts)
