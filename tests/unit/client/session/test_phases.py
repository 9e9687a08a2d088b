"""The phases of an exam session: the table, the diagram that shows it, and what may be recorded when."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.client.errors import IllegalStep
from app.client.session.phases import RECORDING_PHASES, STEPS, Phase, Session

ROOT = Path(__file__).parents[4]


def test_the_diagram_in_the_architecture_page_is_the_table() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    diagram = re.search(r"```mermaid\nstateDiagram-v2\n(.*?)```", page, re.DOTALL)
    assert diagram is not None
    drawn = set(re.findall(r"(\S+) --> (\S+)", diagram[1]))
    table = {(phase.value, to.value) for phase, steps in STEPS.items() for to in steps}
    assert drawn == table | {("[*]", "opened"), ("released", "[*]")}


def test_a_session_that_goes_well_passes_every_phase_in_order() -> None:
    session = Session()
    recorded = []
    for phase in (
        Phase.INFORMED,
        Phase.CHECKED,
        Phase.IDENTIFIED,
        Phase.LOCKED,
        Phase.RUNNING,
        Phase.SUBMITTING,
        Phase.RELEASED,
    ):
        session = session.step(phase)
        if session.records:
            recorded.append(phase)
    assert recorded == [Phase.CHECKED, Phase.IDENTIFIED, Phase.LOCKED, Phase.RUNNING]
    assert STEPS[session.phase] == frozenset()


@given(st.lists(st.sampled_from(list(Phase)), max_size=12))
def test_whatever_is_asked_only_steps_of_the_table_happen(wanted: list[Phase]) -> None:
    session = Session()
    for phase in wanted:
        if phase in STEPS[session.phase]:
            session = session.step(phase)
            assert session.phase is phase
        else:
            with pytest.raises(IllegalStep, match=f"from {session.phase} to {phase}"):
                session.step(phase)


def test_every_phase_but_the_last_can_still_be_left() -> None:
    for phase in set(Phase) - {Phase.RELEASED, Phase.ABORTING}:
        assert Phase.ABORTING in STEPS[phase], f"somebody would be trapped in {phase}"


def test_nothing_is_recorded_before_the_device_check_is_passed_or_after_the_hand_in() -> None:
    # In the first two only what the check-in asks for: see test_check_in.py.
    recorded = {Phase.CHECKED, Phase.IDENTIFIED, Phase.LOCKED, Phase.RUNNING, Phase.SUSPENDED}
    assert recorded == RECORDING_PHASES
