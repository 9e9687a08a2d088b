"""The phases of an exam session: the table, the diagram that shows it, and what may be recorded when."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.client.errors import IllegalStep
from app.client.session.phases import STEPS, Phase, check_step

ROOT = Path(__file__).parents[4]


def test_the_diagram_in_the_architecture_page_is_the_table() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    diagram = re.search(r"```mermaid\nstateDiagram-v2\n(.*?)```", page, re.DOTALL)
    assert diagram is not None
    drawn = set(re.findall(r"(\S+) --> (\S+)", diagram[1]))
    table = {(phase.value, to.value) for phase, steps in STEPS.items() for to in steps}
    assert drawn == table | {("[*]", "opened"), ("released", "[*]")}


@given(st.lists(st.sampled_from(list(Phase)), max_size=12))
def test_whatever_is_asked_only_steps_of_the_table_happen(wanted: list[Phase]) -> None:
    phase = Phase.OPENED
    for to in wanted:
        if to in STEPS[phase]:
            check_step(phase, to)
            phase = to
        else:
            with pytest.raises(IllegalStep, match=f"from {phase} to {to}"):
                check_step(phase, to)


def test_every_phase_can_still_be_left_until_the_end_has_begun() -> None:
    for phase in set(Phase) - {Phase.RELEASED, Phase.ABORTING, Phase.SUBMITTING}:
        assert Phase.ABORTING in STEPS[phase], f"somebody would be trapped in {phase}"
    for phase in (Phase.ABORTING, Phase.SUBMITTING):
        assert STEPS[phase] == {Phase.RELEASED}
    assert STEPS[Phase.RELEASED] == frozenset()
