"""Deny on any identity, allow only on all: a renamed program is found, a borrowed name opens nothing."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from lockdown.contract.settings import ProgramRule
from lockdown.watching.programs import IDENTITIES, Program, denied, wanted_identities

SHA = "a" * 64
RULE = ProgramRule(title="Helper", executable="helper", sha256=SHA)


def program(**known):
    return Program(1, 1.0, **known)


@pytest.mark.parametrize(
    ("known", "identity"),
    [
        ({"executable": "helper"}, "executable"),
        ({"executable": "Helper.EXE"}, "executable"),
        ({"executable": "innocent", "sha256": SHA}, "sha256"),
        ({"executable": "helper", "sha256": SHA}, "sha256"),
    ],
)
def test_any_identity_denies_and_the_strongest_is_told(known, identity):
    match = denied(program(**known), [RULE], [])
    assert match is not None
    assert match.identity == identity


@pytest.mark.parametrize("known", [{}, {"executable": "helpers"}, {"command": "helper"}, {"sha256": "b" * 64}])
def test_what_no_rule_means_is_not_denied(known):
    assert denied(program(**known), [RULE], []) is None


def test_strongest_identity_wins_over_the_order_of_rules():
    weak = ProgramRule(title="weak", command="x")
    strong = ProgramRule(title="strong", signer="Maker")
    match = denied(program(command="x", signer="Maker"), [weak, strong], [])
    assert match is not None
    assert match.rule is strong


def test_allow_needs_all_it_gives():
    allow = [ProgramRule(title="Reader", executable="helper", sha256="c" * 64)]
    assert denied(program(executable="helper", sha256=SHA), [RULE], allow) is not None
    assert denied(program(executable="helper", sha256="c" * 64), [RULE], allow) is None
    assert denied(program(executable="helper"), [RULE], allow) is not None


def test_only_wanted_identities_are_read():
    assert wanted_identities([RULE]) == {"executable", "sha256"}
    assert wanted_identities([]) == frozenset()


def test_identities_are_the_fields_of_rule_and_program():
    assert set(IDENTITIES) == set(ProgramRule.model_fields) - {"title"}
    assert all(hasattr(program(), identity) for identity in IDENTITIES)


def test_rule_without_identity_is_refused():
    with pytest.raises(ValidationError, match="no_identity"):
        ProgramRule(title="Nothing")
