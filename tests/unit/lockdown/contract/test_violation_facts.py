"""A violation takes the facts of its code and no others: nothing else of the machine can get into an event."""

from __future__ import annotations

import pytest

from lockdown.contract.violations import FACTS, Code, Violation


def test_every_code_has_its_facts():
    assert set(FACTS) == set(Code)


@pytest.mark.parametrize("code", list(Code))
def test_only_the_listed_facts_are_taken(code):
    facts = dict.fromkeys(FACTS[code], "x")
    assert Violation("guard", code, 1, facts).facts == facts
    with pytest.raises(ValueError, match="takes the facts"):
        Violation("guard", code, 1, {**facts, "window_title": "private"})
    if facts:
        with pytest.raises(ValueError, match="takes the facts"):
            Violation("guard", code, 1)


def test_no_fact_is_free_text_of_the_machine():
    banned = {"path", "cmdline", "argv", "window_title", "label", "serial", "ssid", "address", "user", "name", "host"}
    assert not banned & {fact for facts in FACTS.values() for fact in facts}
