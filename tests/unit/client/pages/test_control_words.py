"""Each control has words, whole sentences, and a warning for when the policy is to warn."""

from __future__ import annotations

import pytest

from app.client.pages import control_words
from lockdown.contract.settings import Control


def test_there_are_words_for_every_control_and_for_nothing_else() -> None:
    assert list(control_words._WORDS) == list(Control)


@pytest.mark.parametrize("control", list(Control))
def test_words_say_what_why_and_when_it_ends_in_sentences(control: Control) -> None:
    words = control_words.control_words(control)
    assert words.title
    assert words.title[0].isupper()
    for text in (words.what, words.why, words.ends, control_words.warning(control)):
        assert text.endswith(".")
        assert len(text) > 20


def test_a_control_without_a_warning_of_its_own_is_named_in_the_usual_one() -> None:
    assert control_words.warning(Control.CLIPBOARD) == "Noted for your institution: Clipboard."
    assert "Connect the charger" in control_words.warning(Control.POWER)
