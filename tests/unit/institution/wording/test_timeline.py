"""What belongs together is said once, everything else at its time, and nothing is lost on the way."""

import json

from hypothesis import given
from hypothesis import strategies as st

from app.events.sealed import read_line
from app.institution.wording.timeline import event_timeline, most_significant, recorded_gaps


def line(time_s, kind, **facts):
    return json.dumps({"event": kind, "t_us": round(time_s * 1_000_000), "wall_ms": 0, **facts}).encode()


def read(*lines):
    return [(entry.time_s, entry.sentence, entry.weight) for entry in event_timeline(map(read_line, lines))]


def start(at_s, take=0, streams=("webcam", "microphone", "screen")):
    return [
        line(at_s, "take_started", take=take),
        *(line(at_s + 0.1, "source", stream=stream, state="running") for stream in streams),
    ]


def test_an_ordinary_exam_is_six_sentences():
    exam = [
        line(0.0, "phase", phase="locked"),
        *start(0.2, streams=("screen", "webcam", "microphone")),
        *(line(0.9, "guard", guard=guard, level="enforced") for guard in ("clipboard", "focus_return")),
        line(1.7, "phase", phase="running"),
        line(60, "handed_in"),
        *(line(60.2, "source", stream=stream, state="stopped") for stream in ("microphone", "webcam", "screen")),
        line(60.4, "take_ended", why="finished"),
    ]
    assert read(*reversed(exam)) == [
        (0.0, "The exam window was opened and lockdown began.", "routine"),
        (0.2, "Recording started. Sources: camera, microphone and screen.", "routine"),
        (0.9, "Lockdown: 2 controls enforced (return to the exam window and clipboard).", "routine"),
        (1.7, "The exam page was shown; the exam could be worked on.", "routine"),
        (60.0, "The exam was handed in.", "routine"),
        (60.2, "Recording ended as it should. Sources: camera, microphone and screen.", "routine"),
    ]


def test_what_a_control_does_not_give_is_said_by_itself():
    levels = (
        ("clipboard", "enforced"),
        ("storage", "observed"),
        ("processes", "observed"),
        ("displays", "not_available"),
    )
    assert read(*(line(1, "guard", guard=guard, level=level) for guard, level in levels)) == [
        (1.0, "Lockdown, clipboard: enforced.", "routine"),
        (1.0, "Lockdown: 2 controls observed only (storage devices and other programs).", "routine"),
        (1.0, "Lockdown, displays: not available on this computer.", "look"),
    ]


def test_controls_with_the_same_limit_are_said_at_once_with_it():
    limits = (("clipboard", None), ("storage", "polled"), ("processes", "polled"), ("power", "fog"))
    told = read(
        *(line(1, "guard_engaged", version=2, guard=guard, level="observed", limit=limit) for guard, limit in limits)
    )
    assert told == [
        (1.0, "Lockdown, clipboard: observed only: it could happen, and would be noted.", "routine"),
        (
            1.0,
            "Lockdown: 2 controls observed only (storage devices and other programs). "
            "This computer announces no changes, so it was checked about once a second; "
            "anything shorter may have been missed.",
            "routine",
        ),
        (1.0, "Lockdown, battery: observed only: it could happen, and would be noted. Limit: fog.", "look"),
    ]


def test_unknown_levels_of_controls_are_shown():
    assert read(*(line(1, "guard", guard=guard, level="half") for guard in ("clipboard", "storage"))) == [
        (1.0, "Lockdown, half: clipboard and storage devices.", "look")
    ]


def test_leaving_the_window_and_coming_back_is_one_entry():
    assert read(line(5, "window_left"), line(8.5, "window_returned"), line(20, "window_left")) == [
        (5.0, "Another window was in front of the exam for 3.5 seconds.", "look"),
        (20.0, "Another window came to the front of the exam.", "look"),
    ]
    assert read(line(3, "window_returned")) == [(3.0, "The exam window was in front again.", "routine")]


def test_the_same_again_soon_is_counted():
    again = [line(at_s, "page", what="print_blocked") for at_s in (1, 4, 13, 40)]
    assert read(*again, line(5, "page", what="download_blocked")) == [
        (1.0, "Printing was tried; nothing was printed. (3 times within 12 seconds)", "look"),
        (5.0, "A download was tried; nothing was saved.", "look"),
        (40.0, "Printing was tried; nothing was printed.", "look"),
    ]
    assert read(*(line(2, "mystery") for _ in range(2))) == [(2.0, "mystery (2 times)", "look")]


def test_a_recorder_that_died_at_once_has_both_its_beginnings():
    told = read(*start(0.0), *start(1.5, take=1), line(2.0, "take_ended", why="client_gone"))
    assert told == [
        (0.0, "Recording started. Sources: camera, microphone and screen.", "routine"),
        (1.5, "Recording went on after an interruption, as part 2. Sources: camera, microphone and screen.", "look"),
        (2.0, "Recording ended because the exam program was gone: it crashed, or was closed.", "look"),
    ]


def test_what_the_next_recorder_sealed_once_more_happened_once():
    told_again = json.dumps({**json.loads(line(9, "page", what="print_blocked")), "wall_ms": 1}).encode()
    takes = [*start(0.0), line(9, "page", what="print_blocked"), *start(10.0, take=1), told_again]
    assert [sentence for _, sentence, _ in read(*takes)] == [
        "Recording started. Sources: camera, microphone and screen.",
        "Printing was tried; nothing was printed.",
        "Recording went on after an interruption, as part 2. Sources: camera, microphone and screen.",
    ]


def test_sources_without_a_take_beside_them():
    both = [line(9, "source", stream=stream, state="running") for stream in ("screen", "webcam")]
    assert read(*both, line(30, "source", stream="webcam", state="stopped")) == [
        (9.0, "Camera and screen: recording began.", "routine"),
        (30.0, "Camera: has ended.", "routine"),
    ]
    gone = [line(30, "source", stream=stream, state="stopped") for stream in ("screen", "webcam")]
    assert read(*gone) == [(30.0, "Camera and screen: recording ended.", "routine")]


def test_a_gap_stands_where_it_began():
    lines = (
        line(3, "handed_in"),
        line(9, "gap", stream="webcam", from_us=2_000_000, to_us=9_000_000, reason="Unplugged."),
        line(9, "gap", stream="webcam", from_us=None, to_us=9_000_000),
    )
    first, *_ = event_timeline(map(read_line, lines))
    assert (first.time_s, first.until_s) == (2.0, 9.0)
    assert first.sentence == "No camera picture for 7 seconds. Unplugged."
    (gap,) = recorded_gaps(map(read_line, lines))
    assert (gap.stream, gap.from_s, gap.to_s) == ("webcam", 2.0, 9.0)


def test_a_gap_that_the_next_recorder_seals_again_is_one_gap():
    gap = line(9, "gap", stream="webcam", from_us=2_000_000, to_us=9_000_000, reason="Unplugged.")
    assert len(recorded_gaps(map(read_line, [*start(0.2), gap, *start(10, take=1), gap]))) == 1


def test_a_microphone_that_was_muted_for_a_while_is_one_entry():
    amiss = {"stream": "microphone", "what": "sound_silent"}
    entries = event_timeline(
        read_line(each)
        for each in [
            line(10, "quality", **amiss, state="began"),
            line(11, "quality", stream="webcam", what="picture_black", state="began"),
            line(95, "quality", **amiss, state="ended"),
            line(200, "quality", **amiss, state="began"),
        ]
    )
    muted = "Microphone: complete silence, as of a microphone that is muted."
    black = "Camera: the picture is black: the shutter may be closed, or the room dark."
    assert [(entry.time_s, entry.until_s, entry.sentence, entry.weight) for entry in entries] == [
        (10, 95, f"{muted} This lasted 85 seconds.", "look"),
        (11, None, black, "look"),
        (200, None, muted, "look"),
    ]


def test_lines_of_any_kind_come_last_as_they_are():
    deep = b"[" * 100_000
    told = read(
        b"no json", b"[1]", b'{"event": "handed_in", "t_us": NaN}', b"\xff\n\x00", deep, line(7, "left", reason="")
    )
    assert told[0][0] == 7.0
    assert all(time_s is None for time_s, *_ in told[1:])
    assert (None, "A line that is no event: no json", "look") in told
    assert (None, "The exam was handed in.", "routine") in told
    assert len(told) == 6


def test_where_there_is_too_much_the_routine_is_left_out_first():
    entries = event_timeline(
        read_line(line(n * 20, "handed_in" if n % 2 else "left", **({} if n % 2 else {"reason": str(n)})))
        for n in range(10)
    )
    kept, left_out = most_significant(entries, 6)
    assert left_out == 4
    assert [entry.kind for entry in kept].count("exam_left") == 5
    assert list(kept) == sorted(kept, key=lambda entry: entry.time_s)
    assert most_significant(entries) == (entries, 0)


kinds = st.sampled_from(
    ["take_started", "take_ended", "source", "guard", "window_left", "window_returned", "page", "x"]
)
events = st.fixed_dictionaries(
    {"event": kinds},
    optional={
        "t_us": st.integers(-(10**9), 10**20) | st.none(),
        "state": st.sampled_from(["running", "stopped", "lost", "?"]),
        "stream": st.sampled_from(["webcam", "screen", "?"]) | st.none(),
        "level": st.sampled_from(["enforced", "?"]),
        "guard": st.sampled_from(["clipboard", "storage"]),
    },
)


@given(st.lists(events, max_size=12))
def test_any_events_are_told_in_order(several):
    entries = event_timeline(read_line(json.dumps(each).encode()) for each in several)
    assert len(entries) <= len(several)
    assert bool(entries) == bool(several)
    times = [entry.time_s for entry in entries if entry.time_s is not None]
    assert times == sorted(times)
