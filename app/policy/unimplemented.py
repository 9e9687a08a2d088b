"""What exam settings may ask for that this version does not do yet.

The schema names it already, so that documents and tools need not change. Signing such settings would promise
reviewers a check that nobody makes, and tell test takers of one: the institution's program refuses to sign them.
"""

from __future__ import annotations

from app.policy.document import ExamSettings
from app.policy.page import PageSettings
from lockdown.contract.settings import Control, Policy

HOLDABLE = frozenset(
    {
        Control.PROCESSES,
        Control.STORAGE,
        Control.DISPLAYS,
        Control.FOCUS_RETURN,
        Control.OVERLAYS,
        Control.SYSTEM_SHORTCUTS,
        Control.VIRTUAL_DEVICES,
        Control.INPUT_DEVICES,
        Control.NETWORK,
        Control.DEBUGGER,
        Control.REMOTE_SESSION,
    }
)
"""The controls that report during an exam what it can be held for; the others are only looked at before it."""


def unimplemented(settings: ExamSettings) -> tuple[tuple[tuple[str, ...], dict[str, str]], ...]:
    """The places in `settings` of what is asked for and has no effect in this version, each with what it is about."""
    found: list[tuple[tuple[str, ...], dict[str, str]]] = []
    if settings.accommodations.extra_time_min and settings.exam.duration_min is None:
        found.append((("accommodations", "extra_time_min"), {"needs": "exam.duration_min"}))
    found += [
        (("lockdown", control.value), {"policy": Policy.HOLD.value})
        for control in settings.lockdown.controls()
        if settings.lockdown.policy(control) is Policy.HOLD and control not in HOLDABLE
    ]
    found += [(("page", name), {"value": "true"}) for name, asked in _beyond_the_gate(settings.page) if asked]
    if settings.proctoring == "live":
        found.append((("proctoring",), {"value": "live"}))
    return tuple(found)


def _beyond_the_gate(page: PageSettings) -> tuple[tuple[str, bool], ...]:
    """What pages cannot be given: UDP could not be held to allowed hosts, and the engine has no dialog for the last."""
    return (
        ("web_rtc", page.web_rtc),
        ("web_transport", page.web_transport),
        ("federated_sign_in", page.federated_sign_in),
    )
