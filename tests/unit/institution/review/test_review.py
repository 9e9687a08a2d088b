"""What the review window is given, and what the speaker would play."""

import contextlib
import threading
import uuid

import numpy as np
import pytest

from app.institution.copies.local_copies import in_folder
from app.institution.errors import CannotOpen
from app.institution.export.export import export
from app.institution.finding_codes import AttemptVerdict
from app.institution.recordings.attempt import examine
from app.institution.review.audio_output import AudioPlayer, blocks
from app.institution.review.playback import SOUND_RATE_HZ, RecordingPlayback
from app.institution.review.window_model import review_model
from app.institution.wording.findings import finding_sentence
from crypto.keys import RecipientPrivate

EVENTS = b"""{"t_us": 2000000, "wall_ms": 1, "event": "handed_in"}
{"t_us": 5000000, "event": "focus_lost", "for_s": 2}
{"t_us": 30300000, "event": "gap", "stream": "screen", "from_us": 4000000, "to_us": 30300000, "reason": "recorder_died"}
no json
"""


@pytest.fixture(scope="module")
def key():
    return RecipientPrivate.generate("algebra-1.1")


@pytest.fixture
def report(tmp_path, key, media):
    media["seal_take"](
        tmp_path,
        key.public,
        {
            "webcam": [*media["video"](0.3, 4), *media["video"](30.3, 4)],
            "microphone": media["sound"](1.0, 6, beep_s=3.3),
            "events": [(0.0, EVENTS)],
        },
    )
    return examine(in_folder(tmp_path))


def test_the_model_of_the_window(report, key):
    with RecordingPlayback(report.takes, key) as playback:
        model = review_model(report, playback, "Algebra I", ["Bo Chen"])
        assert model.verdict == "COMPLETE"
        assert model.streams == ("webcam",)
        assert [(event.time_s, event.sentence, event.level) for event in model.events] == [
            (2.0, "The exam was handed in.", "green"),
            (4.0, "No screen picture for 26 seconds. The recorder stopped and was started again.", "yellow"),
            (5.0, "focus lost (for_s: 2)", "yellow"),
            (5.0, "(at an unknown time) A line that is no event: no json", "yellow"),
        ]
        told, seen = model.gaps
        assert (told.stream, told.from_s, told.to_s) == ("screen", 4.0, 30.3)
        assert (seen.stream, seen.to_s) == ("webcam", pytest.approx(30.3))
        assert [fact.detail for fact in model.facts] == ["c-17", "22 November 2026, 09:00 UTC", "Bo Chen"]
        data, width, height = model.frame_at("webcam", 0.4)
        assert (width, height, len(data)) == (160, 120, 160 * 120 * 3)
        assert model.frame_at("webcam", 0.0) == model.frame_at("webcam", 0.3)
        assert model.frame_at("webcam", 20.0) is None
        assert len(model.sound_envelope) == 1200
        assert model.play_sound is not None


def test_part_that_does_not_open_is_told_by_the_window_as_by_an_export(tmp_path, key, media):
    attempt, other = str(uuid.uuid4()), RecipientPrivate.generate("other.1")
    film = {"webcam": media["video"](0.5, 2)}
    _, hid = media["seal_take"](tmp_path / "s", key.public, film, attempt=attempt)
    film = {"webcam": media["video"](9.5, 2)}
    media["seal_take"](tmp_path / "s", other.public, film, attempt=attempt, take=1, previous=hid)
    report = examine(in_folder(tmp_path / "s"))
    assert report.verdict is AttemptVerdict.INTERRUPTED
    exported = export(report, key, tmp_path / "out")
    with RecordingPlayback(report.takes, key) as playback:
        model = review_model(report, playback, "Algebra I", ["Bo Chen"])
    assert (model.verdict, exported.verdict) == ("TAMPERED", AttemptVerdict.TAMPERED)
    (finding,) = exported.findings
    assert finding_sentence(finding) in [fact.detail for fact in model.facts]


def test_another_key_opens_nothing(report):
    with pytest.raises(CannotOpen):
        RecordingPlayback(report.takes, RecipientPrivate.generate("algebra-1.1"))


def loud_s(wave, from_s):
    return from_s + float(np.argmax(np.abs(wave.astype(np.int32)) > 3000)) / SOUND_RATE_HZ


@pytest.mark.parametrize("from_s", [0.0, 0.5, 1.0, 2.9, 3.2])
def test_sound_is_played_from_any_time_in_its_place(report, key, from_s):
    with RecordingPlayback(report.takes, key) as playback:
        wave = np.concatenate(list(blocks(playback.sound, from_s)))
    assert loud_s(wave, from_s) == pytest.approx(3.3, abs=0.03)


def test_the_speaker_stops_when_told(report, key):
    written = []
    flowing = threading.Event()

    class Output:
        def write(self, block):
            written.append(block)
            flowing.set()
            threading.Event().wait(0.01)

    with RecordingPlayback(report.takes, key) as playback:
        speaker = AudioPlayer(playback.sound, lambda: contextlib.nullcontext(Output()))
        speaker.play(0.0)
        assert flowing.wait(5)
        speaker.stop()
        heard = len(written)
        speaker.stop()
        assert len(written) == heard
        assert heard < 60


def test_a_machine_without_a_speaker_is_no_error(report, key, caplog):
    def no_output():
        raise OSError("PortAudio library not found")

    with RecordingPlayback(report.takes, key) as playback:
        speaker = AudioPlayer(playback.sound, no_output)
        speaker.play(0.0)
        speaker.stop()
    assert "cannot be played" in caplog.text
