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
    return consent_model(settings, settings.delivery.endpoints[0]).controls


@pytest.mark.parametrize("control", list(Control))
def test_a_control_that_is_on_is_told_with_what_why_and_when_it_ends(control, tmp_path, key):
    (statement,) = told(tmp_path, key, {control.value: GROUPS.get(control.value, "observe")})
    words = control_words(control)
    assert statement.title == words.title
    for part in (words.what, words.why, words.ends):
        assert part in statement.detail


def test_what_is_off_is_not_told(tmp_path, key):
    assert told(tmp_path, key, {}) == ()
