"""Where looking and listening begin after a seek, and what lies at the edges of a recording."""

import contextlib
import threading
import uuid

import numpy as np
import pytest

from app.institution.copies.local_copies import in_folder
from app.institution.errors import CannotOpen
from app.institution.recordings.attempt import examine
from app.institution.review.audio_output import BLOCK, AudioPlayer, blocks
from app.institution.review.playback import SOUND_RATE_HZ, RecordingPlayback, envelope, sound_from
from crypto.keys import RecipientPrivate

KEY = RecipientPrivate.generate("algebra-1.1")


@contextlib.contextmanager
def opened(folder, **options):
    with RecordingPlayback(examine(in_folder(folder)).takes, KEY, **options) as playback:
        yield playback


@pytest.fixture
def two_takes(tmp_path, media):
    """Sound from 1 to 7 and from 12 to 16 s, each with a beep at first; pictures from 0.5 to 6.5 and 12.5 to 14.5 s."""
    attempt = str(uuid.uuid4())
    first = {"microphone": media["sound"](1.0, 6, beep_s=1.0), "webcam": media["video"](0.5, 6)}
    _, hid = media["seal_take"](tmp_path, KEY.public, first, attempt=attempt, finish=False)
    second = {"microphone": media["sound"](12.0, 4, beep_s=12.0), "webcam": media["video"](12.5, 2)}
    media["seal_take"](tmp_path, KEY.public, second, attempt=attempt, take=1, previous=hid)
    return tmp_path


def heard(playback, from_s):
    return np.concatenate(list(blocks(playback.sound, from_s))).astype(np.int32)


def loud_at(wave):
    """Seconds into `wave` of each beginning of something loud."""
    loud = np.flatnonzero(np.abs(wave) > 3000) / SOUND_RATE_HZ
    return [float(loud[n]) for n in range(len(loud)) if n == 0 or loud[n] - loud[n - 1] > 0.05]


@pytest.mark.parametrize("from_s", [0.0, 0.999, 1.0, 2.5, 3.0, 4.7, 6.9, 7.5, 11.9, 13.3, 15.9])
def test_listening_from_any_time_lasts_to_the_end_of_the_recording(two_takes, from_s):
    with opened(two_takes) as playback:
        whole, rest = heard(playback, 0.0), heard(playback, from_s)
    assert whole.size / SOUND_RATE_HZ == pytest.approx(16.0, abs=0.03)
    assert rest.size / SOUND_RATE_HZ == pytest.approx(whole.size / SOUND_RATE_HZ - from_s, abs=0.006)


def test_a_gap_is_as_long_to_listen_to_as_it_was(two_takes):
    with opened(two_takes) as playback:
        assert loud_at(heard(playback, 0.0)) == pytest.approx([1.0, 12.0], abs=0.03)
        assert loud_at(heard(playback, 5.0)) == pytest.approx([7.0], abs=0.03)
        assert loud_at(heard(playback, 9.0)) == pytest.approx([3.0], abs=0.03)
        silence = heard(playback, 7.2)[: 4 * SOUND_RATE_HZ]
    assert not silence.any(), "nothing is heard of a gap"


def test_sound_is_written_in_blocks_so_short_that_silence_follows_a_stop_at_once(two_takes):
    with opened(two_takes) as playback:
        sizes = [block.size for block in blocks(playback.sound, 0.0)]
    assert max(sizes) == BLOCK == SOUND_RATE_HZ // 10
    assert min(sizes) > 0


def test_nothing_is_heard_from_the_end_on(two_takes):
    with opened(two_takes) as playback:
        assert [block for block in blocks(playback.sound, 17.0) if block.size] == []
    assert list(blocks([], 3.0)) == []


@pytest.mark.parametrize(
    ("from_s", "first_s"), [(0.0, 1.0), (2.99, 1.0), (3.0, 3.0), (4.9, 3.0), (9.0, 7.0), (12.5, 12.0)]
)
def test_decoding_begins_with_the_fragment_that_is_playing(two_takes, from_s, first_s):
    with opened(two_takes) as playback:
        begin_s, wave = next(sound_from(playback.sound, from_s))
    assert begin_s == pytest.approx(first_s, abs=0.03)
    assert (wave.dtype, wave.ndim) == (np.int16, 1)


def test_sound_of_a_run_that_counts_from_its_own_beginning_is_put_in_its_place(tmp_path, media):
    media["seal_take"](tmp_path, KEY.public, {"microphone": media["sound"](5.0, 4, beep_s=6.0, absolute=False)})
    with opened(tmp_path) as playback:
        assert loud_at(heard(playback, 0.0)) == pytest.approx([6.0], abs=0.03)


def test_sound_that_cannot_be_decoded_is_silent_and_the_other_is_heard(two_takes):
    with opened(two_takes) as playback:
        sound = playback.sound
        broken = [
            fragment.__class__(**{**vars(fragment), "init": b"no film"}) for fragment in sound if fragment.run == 0
        ]
        whole = [fragment for fragment in sound if fragment.run == 1]
        assert broken
        assert loud_at(np.concatenate(list(blocks([*broken, *whole], 0.0)))) == pytest.approx([12.0], abs=0.03)


def test_the_envelope_is_as_loud_as_the_sound_where_it_is(two_takes):
    with opened(two_takes) as playback:
        steps = envelope(playback.sound, 16.0, steps=160)
        assert len(envelope(playback.sound, 16.0)) == 1200
        assert envelope(playback.sound, 0.0) == ()
        assert envelope(playback.sound, -1.0) == ()
        assert len(envelope(playback.sound, 0.5, steps=3)) == 3, "what lies beyond the end counts for the last step"
        assert envelope(playback.sound, 0.5, steps=3)[:2] == (0.0, 0.0)
    loud = [number / 10 for number, value in enumerate(steps) if value > 0.3]
    assert loud == pytest.approx([1.0, 1.1, 12.0, 12.1], abs=0.11)
    assert max(steps) == pytest.approx(20_000 / 32_768, rel=0.25)
    assert min(steps) == 0


def test_pictures_of_a_run_that_counts_from_its_own_beginning_are_put_in_their_place(tmp_path, media):
    media["seal_take"](tmp_path, KEY.public, {"webcam": media["video"](5.0, 4, flash_s=6.3, absolute=False)})
    with opened(tmp_path) as playback:
        assert playback.frame_at("webcam", 4.9) is None
        light = {at_s: float(playback.frame_at("webcam", at_s).mean()) for at_s in (5.05, 6.25, 6.35, 6.45)}
    assert light == pytest.approx({5.05: 40, 6.25: 40, 6.35: 255, 6.45: 40}, abs=12)


@pytest.mark.parametrize(("off_s", "heard_s"), [(0.04, 6.0), (-0.04, 6.0), (0.2, 6.2), (-0.2, 5.8)])
def test_a_films_own_time_counts_where_the_sealed_one_is_a_little_off_and_else_the_sealed(
    tmp_path, media, off_s, heard_s
):
    off = [(at_s + off_s, unit) for at_s, unit in media["sound"](5.0, 4, beep_s=6.0)]
    media["seal_take"](tmp_path, KEY.public, {"microphone": off})
    with opened(tmp_path) as playback:
        assert loud_at(heard(playback, 0.0)) == pytest.approx([heard_s], abs=0.01)


def test_a_recording_that_was_closed_opens_no_more(two_takes):
    with opened(two_takes) as playback:
        assert all(segment.sealed for segment in playback.opened.sessions[0].segments("webcam"))
    assert not any(segment.sealed for segment in playback.opened.sessions[0].segments("webcam"))


def test_a_picture_is_shown_until_it_is_too_old(two_takes):
    with opened(two_takes) as playback:
        assert playback.frame_at("webcam", 0.49) is None
        assert playback.frame_at("webcam", 0.5) is not None
        last_s = 6.4
        assert playback.frame_at("webcam", last_s + 5.99) is not None
        assert playback.frame_at("webcam", last_s + 6.01) is None
        assert playback.frame_at("webcam", 12.51) is not None
        assert playback.frame_at("webcam", 1.0) is not None, "backwards, into the take before"
        assert playback.frame_at("webcam", 14.4 + 6.01) is None


def test_the_same_moment_asked_for_again_is_the_same_picture(two_takes):
    with opened(two_takes) as playback:
        first = playback.frame_at("webcam", 1.0)
        assert playback.frame_at("webcam", 1.0) is first
        assert playback.frame_at("webcam", 1.01) is first, "it is not made again while it is current"
        assert playback.frame_at("webcam", 1.1) is not first
        assert first.flags.c_contiguous


def test_fragments_are_told_in_order_of_time_and_the_length_covers_the_last(two_takes):
    with opened(two_takes) as playback:
        assert playback.starts_s("webcam") == pytest.approx([0.5, 2.5, 4.5, 12.5])
        assert playback.starts_s("screen") == ()
        assert playback.streams == ("webcam",)
        assert playback.duration_s == pytest.approx(16.0, abs=0.03)
        assert [round(each.t0_us / 1e6) for each in playback.sound] == [1, 3, 5, 7, 12, 14, 16]


def test_takes_given_in_another_order_are_played_in_order_of_time(two_takes):
    takes = examine(in_folder(two_takes)).takes
    with RecordingPlayback(takes[::-1], KEY) as playback:
        assert playback.starts_s("webcam") == pytest.approx([0.5, 2.5, 4.5, 12.5])
        assert [round(each.t0_us / 1e6) for each in playback.sound] == [1, 3, 5, 7, 12, 14, 16]
        assert playback.frame_at("webcam", 1.0) is not None


def test_a_recording_of_events_alone_has_no_length_and_no_streams(tmp_path, media):
    media["seal_take"](tmp_path, KEY.public, {"events": [(0.0, b'{"event": "a"}\n')]})
    with opened(tmp_path) as playback:
        assert (playback.duration_s, playback.streams, playback.sound) == (0.0, (), [])
        assert playback.documents() == ()
        assert list(playback.events()) == [b'{"event": "a"}']


def test_each_stream_is_announced_before_it_is_read(two_takes):
    said = []
    with opened(two_takes, progress=said.append):
        assert said == ["webcam", "microphone", "screen"]


def test_a_take_sealed_to_another_key_is_left_out_and_all_of_them_refused(tmp_path, media):
    attempt = str(uuid.uuid4())
    other = RecipientPrivate.generate("other.1")
    _, hid = media["seal_take"](
        tmp_path, other.public, {"webcam": media["video"](0.5, 2)}, attempt=attempt, finish=False
    )
    media["seal_take"](tmp_path, KEY.public, {"webcam": media["video"](12.5, 2)}, attempt=attempt, take=1, previous=hid)
    with opened(tmp_path) as playback:
        assert playback.starts_s("webcam") == pytest.approx([12.5])
    with pytest.raises(CannotOpen):
        RecordingPlayback(examine(in_folder(tmp_path)).takes, RecipientPrivate.generate("third.1"))


def test_a_piece_that_is_gone_since_the_recording_was_opened_shows_nothing(two_takes):
    with opened(two_takes) as playback:
        for piece in two_takes.glob("*.0/seg/01-*"):
            piece.unlink()
        assert playback.frame_at("webcam", 1.0) is None
        assert playback.frame_at("webcam", 12.6) is not None


def test_events_that_the_log_does_not_vouch_for_are_not_told(tmp_path, media):
    rows = [(float(n), b'{"event": "%d"}\n' % n) for n in range(3)]
    path, _ = media["seal_take"](tmp_path, KEY.public, {"events": rows})
    (path / "seg" / "00-00000001.isg").unlink()
    with opened(tmp_path) as playback:
        assert list(playback.events()) == [b'{"event": "0"}', b'{"event": "2"}']


def test_screen_is_shown_beside_the_camera(tmp_path, media):
    both = {"screen": media["video"](1.0, 2, size=(320, 240)), "webcam": media["video"](0.5, 2)}
    media["seal_take"](tmp_path, KEY.public, both)
    with opened(tmp_path) as playback:
        assert playback.streams == ("webcam", "screen")
        assert playback.frame_at("screen", 1.5).shape == (240, 320, 3)
        assert playback.frame_at("webcam", 1.5).shape == (120, 160, 3)
        assert playback.duration_s == pytest.approx(1.0 + 2.0, abs=0.06)


def test_pieces_that_are_no_film_show_nothing(tmp_path, media):
    (at_s, unit), *rest = media["video"](0.0, 4)
    spoiled = unit.replace(b"moov", b"free")
    media["seal_take"](tmp_path, KEY.public, {"screen": [(at_s, spoiled), *rest]})
    with opened(tmp_path) as playback:
        assert playback.frame_at("screen", 1.0) is None


class Speaker:
    """Notes what is played, slowly enough to be stopped."""

    def __init__(self):
        self.first = []
        self.opened = 0
        self.flowing = threading.Event()

    def __call__(self):
        self.opened += 1
        self.flowing.clear()
        return contextlib.nullcontext(self)

    def write(self, block):
        if not self.flowing.is_set():
            self.first.append(block.size)
        self.flowing.set()
        threading.Event().wait(0.005)


def test_playing_from_another_time_ends_what_was_playing(two_takes):
    speaker = Speaker()
    with opened(two_takes) as playback:
        player = AudioPlayer(playback.sound, speaker)
        for from_s in (0.0, 2.0):
            player.play(from_s)
            assert speaker.flowing.wait(5)
        assert sum(thread.name == "speaker" for thread in threading.enumerate()) == 1
        player.stop()
        assert sum(thread.name == "speaker" for thread in threading.enumerate()) == 0
    assert speaker.opened == 2


def test_not_a_sample_is_left_out_or_heard_twice_where_takes_overlap(two_takes, monkeypatch):
    pieces = [(1.0, np.arange(1000, dtype=np.int16)), (1.0 + 400 / SOUND_RATE_HZ, np.arange(400, 2000, dtype=np.int16))]
    monkeypatch.setattr("app.institution.review.audio_output.sound_from", lambda sound, time_s: iter(pieces))
    for from_sample in (0, 300, 1000, 1500):
        played = np.concatenate(list(blocks([], 1.0 + from_sample / SOUND_RATE_HZ)))
        assert np.array_equal(played, np.arange(from_sample, 2000))


@pytest.mark.parametrize(("missing", "silence"), [(240, 0), (241, 241), (BLOCK + 300, BLOCK + 300)])
def test_less_than_five_milliseconds_is_rounding_and_more_is_a_gap(monkeypatch, missing, silence):
    pieces = [(1.0, np.ones(100, np.int16)), (1.0 + (100 + missing) / SOUND_RATE_HZ, np.ones(100, np.int16))]
    monkeypatch.setattr("app.institution.review.audio_output.sound_from", lambda sound, time_s: iter(pieces))
    played = np.concatenate(list(blocks([], 1.0)))
    assert int((played == 0).sum()) == silence
