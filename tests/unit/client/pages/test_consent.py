"""What a person reads before saying yes: each control that is on with what, why and until when; none that is off."""

from __future__ import annotations

import pytest

from app.client.pages.consent import consent_model
from app.client.pages.control_words import control_words
from crypto.keys import RecipientPrivate
from lockdown.contract.settings import Control
from tests.fixtures.client import exam_settings

GROUPS = {
    "processes": {"policy": "observe"},
    "displays": {"policy": "observe", "at_most": 1},
}


@pytest.fixture(scope="module")
def key() -> RecipientPrivate:
    return RecipientPrivate.generate("exam-key")


def told(tmp_path, key, lockdown: dict[str, object]):
    settings = exam_settings(tmp_path, key, lockdown=lockdown)
    return consent_model(settings, settings.delivery.endpoints[0], {}).controls


@pytest.mark.parametrize("control", list(Control))
def test_a_control_that_is_on_is_told_with_what_why_and_when_it_ends(control, tmp_path, key):
    (statement,) = told(tmp_path, key, {control.value: GROUPS.get(control.value, "observe")})
    words = control_words(control)
    assert statement.title == words.title
    for part in (words.what, words.why, words.ends):
        assert part in statement.detail


def test_what_a_control_gives_on_this_computer_is_told(tmp_path, key):
    lockdown = {"printing": "observe", "storage": "observe", "overlays": "observe", "clock": "observe"}
    settings = exam_settings(tmp_path, key, lockdown=lockdown)
    given = {
        Control.PRINTING: "enforced",
        Control.STORAGE: "observed",
        Control.OVERLAYS: "not_available",
    }
    told_of = {
        each.title: each.detail for each in consent_model(settings, settings.delivery.endpoints[0], given).controls
    }
    for control, words in (
        (Control.PRINTING, "can prevent it, or put it right at once."),
        (Control.STORAGE, "can notice and note it, and does not prevent it."),
        (Control.OVERLAYS, "cannot do it, so nothing of it happens."),
    ):
        assert told_of[control_words(control).title].endswith(words)
    assert "This computer c" not in told_of[control_words(Control.CLOCK).title]


def test_what_is_off_is_not_told(tmp_path, key):
    assert told(tmp_path, key, {}) == ()


@pytest.mark.parametrize(
    ("exam", "granted", "told_of"),
    [
        ({}, {}, []),
        ({"duration_min": 60}, {}, ["60 minutes."]),
        ({"duration_min": 1}, {}, ["1 minute."]),
        ({"duration_min": 60}, {"extra_time_min": 15}, ["75 minutes, 15 of them extra time"]),
        ({}, {"breaks_allowed": True}, ["You may take breaks"]),
        ({"duration_min": 60}, {"breaks_allowed": True}, ["60 minutes.", "You may take breaks"]),
    ],
)
def test_the_time_and_the_breaks_that_are_granted_are_told(exam, granted, told_of, tmp_path, key):
    document = {"id": "exam-1", "title": "An exam", **exam}
    settings = exam_settings(tmp_path, key, exam=document, accommodations=granted)
    statements = consent_model(settings, settings.delivery.endpoints[0], {}).time
    assert len(statements) == len(told_of)
    for statement, beginning in zip(statements, told_of, strict=True):
        assert statement.detail.startswith(beginning)


def test_an_attempt_that_goes_on_says_that_the_page_begins_anew(tmp_path, key):
    settings = exam_settings(tmp_path, key)
    endpoint = settings.delivery.endpoints[0]
    resumed = consent_model(settings, endpoint, {}, resumed=True).notice
    assert "page begins anew" in resumed
    assert "sign in there again" in resumed
    assert "what it had not saved has to be written again" in resumed
    assert "is being delivered" not in resumed, "nobody has looked whether it is"
    assert consent_model(settings, endpoint, {}).notice == ""
