"""Every signed setting is read by a part of the product that does something about it.

`CONSUMERS` names for each leaf of the settings document the file and the expression that reads it. A leaf that is added
fails here until it has one, and a file that reads it no longer fails too. The words of the consent page are no
consumer: they say what a setting does, and do nothing.
"""

from __future__ import annotations

import ast
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

from app.policy.document import ExamSettings

ROOT = Path(__file__).parents[2]
WORDS = ("app/client/pages/", "app/institution/wording/")

PROGRAM_RULE = ("build_id", "command", "executable", "original_name", "sha256", "signer")
DOCUMENT, ADAPTATION = "app/policy/document.py", "capture/encoding/adaptation.py"
WINDOW, WATCHERS = "app/client/machine/window_adapter.py", "lockdown/platforms/watchers.py"
INCIDENTS, TRANSPORT = "capture/analysis/rules/incidents.py", "app/client/delivery/transport.py"

CONSUMERS: dict[str, tuple[str, str]] = {
    "accommodations.breaks_allowed": ("app/client/session/locked_exam.py", "settings.accommodations.breaks_allowed"),
    "accommodations.detection_time_factor": ("app/policy/detection.py", "accommodations.detection_time_factor"),
    "accommodations.extra_time_min": (DOCUMENT, "self.accommodations.extra_time_min"),
    "accommodations.without_face_detection": (DOCUMENT, "self.accommodations.without_face_detection"),
    "accommodations.without_gaze_detection": ("app/policy/detection.py", "accommodations.without_gaze_detection"),
    "allowed": (DOCUMENT, "self.allowed"),
    "checks.desk_scan": (DOCUMENT, "checks.desk_scan"),
    "checks.face": (DOCUMENT, "self.checks.face"),
    "checks.id_photo": (DOCUMENT, "checks.id_photo"),
    "checks.room_scan": (DOCUMENT, "checks.room_scan"),
    "checks.signature": (DOCUMENT, "checks.signature"),
    "delivery.endpoints.ca_pem": (TRANSPORT, "endpoint.ca_pem"),
    "delivery.endpoints.endpoint_id": (TRANSPORT, "endpoint.endpoint_id"),
    "delivery.endpoints.receipt_key": (TRANSPORT, "endpoint.receipt_key"),
    "delivery.endpoints.region": (TRANSPORT, "endpoint.region"),
    "delivery.endpoints.url": (TRANSPORT, "endpoint.url"),
    "detection.face_presence": ("app/policy/detection.py", "self.face_presence"),
    "detection.gaze": (INCIDENTS, "rules.gaze"),
    "detection.people_count": ("app/policy/detection.py", "self.people_count"),
    "detection.voice": ("app/policy/detection.py", "self.voice"),
    **{
        f"detection.limits.{name}": (INCIDENTS, f"rules.{name}")
        for name in ("absent_s", "away_s", "not_read_s", "pause_s", "people_s", "speech_s", "speech_window_s")
    },
    **{
        f"detection.limits.{name}": (INCIDENTS, f"self._rules.{name}")
        for name in ("away_deg", "away_with_zero_deg", "most_per_hour", "release_share")
    },
    "exam.duration_min": (DOCUMENT, "self.exam.duration_min"),
    "exam.id": ("app/client/composition.py", "exam.settings.exam.id"),
    "pdf": ("app/client/exam_windows.py", "settings.pdf"),
    **{
        f"page.{name}": ("app/policy/unimplemented.py", f"page.{name}")
        for name in ("federated_sign_in", "web_rtc", "web_transport")
    },
    "page.find": ("app/client/exam_windows.py", "page.find"),
    "page.workers": ("app/client/exam_windows.py", "page.workers"),
    "exam.title": ("app/client/exam_windows.py", "settings.exam.title"),
    "hand_in": (DOCUMENT, "self.hand_in"),
    "institution.id": ("app/client/composition.py", "exam.settings.institution.id"),
    **{
        f"lockdown.{name}": (WINDOW, f"lockdown.{name}")
        for name in ("clipboard", "downloads", "focus_return", "full_screen", "printing")
    },
    "lockdown.system_shortcuts": (WINDOW, "lockdown.system_shortcuts"),
    "lockdown.input_devices": (WINDOW, "lockdown.input_devices"),
    "lockdown.displays.at_most": (WINDOW, "lockdown.displays.at_most"),
    "lockdown.displays.policy": ("app/client/session/policy_reaction.py", "self._lockdown.policy"),
    "lockdown.processes.policy": ("app/client/session/policy_reaction.py", "self._lockdown.policy"),
    **{
        f"lockdown.{name}": (WATCHERS, f"settings.{name}")
        for name in ("clock", "debugger", "network", "power", "remote_session", "storage", "virtual_devices")
    },
    "lockdown.console_switch": ("lockdown/linux/backend.py", "settings.console_switch"),
    "lockdown.overlays": ("lockdown/linux/backend.py", "settings.overlays"),
    "lockdown.screenshot_protection": ("lockdown/windows/backend.py", "settings.screenshot_protection"),
    "lockdown.virtual_machine": ("lockdown/readiness/checks.py", "settings.virtual_machine"),
    "lockdown.processes.deny_remote_control": ("lockdown/watching/processes.py", "settings.deny_remote_control"),
    **{
        f"lockdown.processes.{rules}.{name}": ("lockdown/contract/settings.py", f"self.{name}")
        for rules in ("allow", "deny")
        for name in PROGRAM_RULE
    },
    **{
        f"lockdown.processes.{rules}.title": ("lockdown/watching/processes.py", "match.rule.title")
        for rules in ("allow", "deny")
    },
    "proctoring": ("app/policy/unimplemented.py", "settings.proctoring"),
    "recipients.kid": ("app/client/recording/current_attempt.py", "recipient.kid"),
    "recipients.public_b64": ("app/client/recording/current_attempt.py", "recipient.public_b64"),
    "ticket_key": ("app/institution/exams/authoring.py", "settings.ticket_key"),
    "release_keys.kid": ("app/client/session/policy_reaction.py", "self._keys[key].kid"),
    "release_keys.public_b64": ("app/policy/release.py", "self.public_b64"),
    "recording.key_interval_s": ("capture/pipeline.py", "self._settings.key_interval_s"),
    "recording.microphone.bits_per_s": ("capture/encoding/writers.py", "settings.bits_per_s"),
    "recording.camera.width": ("capture/sources/choice.py", "settings.width"),
    "recording.camera.height": ("capture/sources/choice.py", "settings.height"),
    "recording.screen.heartbeat_s": ("capture/pipeline.py", "settings.heartbeat_s"),
    "recording.screen.key_interval_s": ("capture/encoding/writers.py", "settings.key_interval_s"),
    "recording.screen.moving_frames_per_s": (ADAPTATION, "limits.moving_frames_per_s"),
    "recording.screen.least_moving_frames_per_s": (ADAPTATION, "limits.least_moving_frames_per_s"),
    **{
        f"recording.{stream}.{name}": (file, f"{owner}.{name}")
        for stream in ("camera", "screen")
        for file, owner, names in (
            (ADAPTATION, "limits", ("coarsest_crf", "crf", "least_frames_per_s", "least_scale", "mb_per_h")),
            ("capture/encoding/writers.py", "settings", ("codec",)),
            ("capture/sources/choice.py", "settings", ("frames_per_s",)),
        )
        for name in names
    },
    "sources.allow_files": ("app/client/entry/opening.py", "settings.sources.allow_files"),
    "start_url": ("app/client/exam_windows.py", "settings.start_url"),
}

NO_CONSUMER = {
    "schema_version": "pydantic takes the one version there is, and refuses any other",
    "lockdown.developer_tools": "the exam window never has the engine's developer tools, whatever the settings say",
    "lockdown.new_windows": "the exam window never makes another window, whatever the settings say",
    "institution.name": "a name to be read, and nothing else",
    "retention.days": "said to the test taker; the operator of the endpoint sets how long it keeps recordings",
}
"""The settings that nothing has to read, each with the reason."""

DERIVED = {
    "app/policy/document.py": ("time_s", "address_filter", "asks_for_face", "observed"),
    "app/policy/detection.py": ("detectors", "at_check_in", "granted"),
    "app/policy/release.py": ("public",),
}
"""Where the document works out what is meant: what it gives is called from outside."""


def models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [each for part in typing.get_args(annotation) for each in models_in(part)]


def leaves(model: type[BaseModel], path: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        parts = models_in(field.annotation)
        for part in parts:
            yield from leaves(part, f"{path}{name}.")
        if not parts:
            yield path + name


@cache
def read_in(file: str) -> frozenset[str]:
    """Every attribute that a file reads, as it is written there."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    )


def test_every_setting_has_a_consumer_or_a_reason_to_have_none() -> None:
    assert set(leaves(ExamSettings)) == set(CONSUMERS) | set(NO_CONSUMER)
    assert not set(CONSUMERS) & set(NO_CONSUMER)


@pytest.mark.parametrize("leaf", CONSUMERS)
def test_the_consumer_reads_it(leaf: str) -> None:
    file, expression = CONSUMERS[leaf]
    assert not file.startswith(WORDS)
    assert expression in read_in(file), f"{file} does not read {expression} any more"


@pytest.mark.parametrize(("file", "name"), [(file, name) for file, names in DERIVED.items() for name in names])
def test_what_the_document_works_out_is_asked_for_by_the_product(file: str, name: str) -> None:
    askers = [
        path
        for part in ("app", "capture", "lockdown")
        for path in (ROOT / part).rglob("*.py")
        if path != ROOT / file and any(read.endswith(f".{name}") for read in read_in(str(path.relative_to(ROOT))))
    ]
    assert askers, f"nobody asks for {name} of {file}"


def test_a_consumer_in_the_policy_itself_is_one_that_derives() -> None:
    own = {file for file, _ in CONSUMERS.values() if file.startswith("app/policy/")}
    assert own <= {*DERIVED, "app/policy/unimplemented.py"}
