"""What is found and compared as JSON carries it: codes and facts for programs, and the sentence for people."""

from __future__ import annotations

from typing import Any

from app.institution.comparison_codes import Compared
from app.institution.finding_codes import class_of
from app.institution.wording.comparisons import comparison_sentence
from app.institution.wording.findings import finding_sentence
from crypto.verdict import VerificationFinding


def finding_json(finding: VerificationFinding) -> dict[str, Any]:
    """A finding as JSON carries it: its codes and facts, and the sentence for people."""
    return {
        "code": finding.code,
        "class": class_of(finding),
        "where": finding.where,
        "fault": finding.fault,
        "facts": dict(finding.facts),
        "sentence": finding_sentence(finding),
    }


def compared_json(compared: Compared) -> dict[str, Any]:
    """What the recording was checked against, as JSON carries it."""
    return {
        "check": compared.check,
        "outcome": compared.outcome,
        "why": compared.why,
        "facts": dict(compared.facts),
        "findings": [finding_json(finding) for finding in compared.findings],
        "sentence": comparison_sentence(compared),
    }
