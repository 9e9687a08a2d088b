"""Every code of capture and of the recorder has words for the test taker, and no words are left without a code."""

from __future__ import annotations

from itertools import chain, combinations
from typing import get_args

import pytest

from app.client.findings import source_figures, source_findings
from app.client.ipc.problems import RecordingProblem
from app.client.pages import source_words, status_words
from app.client.pages.camera_hints import HINTS
from app.client.pages.source_words import fault_sentence, impairment_sentence, limits_sentence
from capture.analysis.observations import PictureQuality
from capture.errors import SourceFault
from capture.reports import Impairment, StreamName
from capture.sources.screen_limits import ScreenLimit

STREAMS: tuple[StreamName, ...] = get_args(StreamName)
DEVICE_WORDS = {"webcam": "camera", "microphone": "microphone", "screen": "screen"}


def reads_well(sentence: str) -> bool:
    return sentence[0].isupper() and sentence[-1] in ".?" and "{" not in sentence


@pytest.mark.parametrize("fault", SourceFault)
@pytest.mark.parametrize("stream", STREAMS)
def test_every_fault_of_every_source_is_said(stream: StreamName, fault: SourceFault) -> None:
    assert reads_well(fault_sentence(stream, fault))


def test_words_about_faults_stand_in_one_place_each() -> None:
    same = set(source_words.SAME_FOR_ALL)
    assert set(source_words.FAULTS) == set(STREAMS)
    for stream, sentences in source_words.FAULTS.items():
        assert set(sentences) == set(SourceFault) - same
        named = [DEVICE_WORDS[stream] in each.what.lower() or "display" in each.what for each in sentences.values()]
        assert all(named), "the test taker learns which device it is"


@pytest.mark.parametrize("impairment", tuple(Impairment))
def test_every_impairment_is_said(impairment: Impairment) -> None:
    assert reads_well(impairment_sentence(impairment))


def test_what_the_recording_of_the_screen_leaves_out_is_said_in_one_sentence() -> None:
    every: tuple[ScreenLimit, ...] = tuple(ScreenLimit)
    said = limits_sentence(every)
    assert reads_well(said)
    assert all(words in said for words in source_words.SCREEN_LIMITS.values())
    assert limits_sentence(()) == ""


@pytest.mark.parametrize("problem", RecordingProblem)
def test_every_problem_of_the_recording_is_said(problem: RecordingProblem) -> None:
    assert reads_well(status_words.PROBLEMS[problem])


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (source_words.TITLES, STREAMS),
        (source_words.IMPAIRMENTS, tuple(Impairment)),
        (source_words.SCREEN_LIMITS, tuple(ScreenLimit)),
        (status_words.PROBLEMS, tuple(RecordingProblem)),
        (status_words.RECORDED, STREAMS),
        (status_words.NOT_RECORDED, STREAMS),
        (status_words.NOT_KNOWN, STREAMS),
        (status_words.NOTHING_DELIVERED, STREAMS),
        (status_words.LOST, tuple(map(frozenset, chain(*(combinations(STREAMS, n) for n in (1, 2, 3)))))),
        (source_findings.CODES, STREAMS),
        (source_findings.WITHOUT_IT, STREAMS),
        (source_findings.IMPAIRMENT_FIXES, STREAMS),
        (source_figures.WORKS, STREAMS),
        (source_figures.SLOW, ("webcam", "screen")),
        (source_figures.SLOW_FIXES, ("webcam", "screen")),
        (HINTS, tuple(code for code in PictureQuality if code not in ("unreadable", "face_not_read"))),
    ],
)
def test_words_belong_to_codes_and_codes_have_words(words: dict[object, str], codes: tuple[object, ...]) -> None:
    assert set(words) == set(codes)
    assert all(words.values())


def test_what_was_measured_is_said_in_whole_sentences() -> None:
    said = source_figures.works_sentence(
        "webcam", opened_after_s=0.8, per_s=9.9, asked_per_s=10, level_dbfs=None, cpu_percent=4.5
    )
    assert said == (
        "The camera works. Pictures a second: 9.9 (10 asked for). Opened after 0.8 s. Takes 4.5 % of a processor core."
    )
    heard = source_figures.works_sentence(
        "microphone", opened_after_s=0.1, per_s=None, asked_per_s=None, level_dbfs=-31.7, cpu_percent=None
    )
    assert heard == "The microphone works. Loudest: -32 dB of full scale. Opened after 0.1 s."
