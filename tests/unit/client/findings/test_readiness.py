"""What a device check comes to never sounds better than the worst of its findings."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.client.findings.readiness import readiness
from ui.model import CheckItem, CheckState

TITLES = ("Camera", "Microphone", "Delivery", "Exam page", "Disk space", "Exam rules")
found = st.lists(
    st.builds(
        CheckItem,
        code=st.just("X-00"),
        title=st.sampled_from(TITLES),
        state=st.sampled_from(get_args(CheckState)),
        sentence=st.just("Found."),
    )
)


@given(found, st.booleans())
def test_never_ready_with_anything_left_to_look_at(items: list[CheckItem], exam: bool) -> None:
    whole = readiness(items, exam=exam)
    states = {item.state for item in items}
    left = states & {"attention", "blocking", "checking"}
    assert (whole.state == "ready") == (not left)
    assert ("ready" in whole.sentence.lower()) == (not left)
    assert whole.may_start == (not states & {"blocking", "checking"})


@given(found, st.booleans())
def test_the_sentence_names_what_is_left_and_nothing_else(items: list[CheckItem], exam: bool) -> None:
    whole = readiness(items, exam=exam)
    left = {item.title for item in items if item.state == whole.state} if whole.state != "ready" else set()
    assert {title for title in TITLES if title in whole.sentence} == left


@pytest.mark.parametrize("exam", [True, False])
def test_only_where_an_exam_was_given_is_anything_said_of_this_exam(exam: bool) -> None:
    for state in get_args(CheckState):
        sentence = readiness([CheckItem("X-00", "Camera", state, "")], exam=exam).sentence
        assert exam or not any(words in sentence for words in ("this exam", "The exam", "asked for"))
