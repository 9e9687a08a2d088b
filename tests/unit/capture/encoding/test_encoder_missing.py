"""An encoder that this machine's media library lacks is named, in a code and a fact, and the others go on."""

from __future__ import annotations

import time
from types import MappingProxyType

import pytest

from capture.encoding import sound_encoder, video_encoder
from capture.pipeline import Pipeline, SourceNames
from capture.reports import RecordingFault
from capture.settings import RecordingSettings
from tests.fixtures.recording import Recording


def test_a_missing_encoder_is_reported_once_with_its_name_and_the_rest_is_a_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(video_encoder, "ENCODERS", MappingProxyType(dict.fromkeys(("av1", "h264"), "libnone")))
    kept = Recording()
    settings = RecordingSettings(microphone=None, screen=None)
    pipeline = Pipeline(settings, SourceNames(camera="test-person"), sink=kept, listener=kept)
    pipeline.open()
    kept.wait_for_state("webcam", "running")
    pipeline.record(time.monotonic_ns())
    kept.wait_for(lambda: bool(kept.qualities), "encoding failed")
    time.sleep(0.3)
    pipeline.stop()
    (failed,) = kept.qualities
    assert (failed.stream, failed.code, failed.state) == ("webcam", "encoding_failed", "once")
    assert failed.facts == {"error": "EncoderError", "encoder": "libnone"}
    assert [(gap.stream, gap.reason) for gap in kept.gaps] == [("webcam", RecordingFault.ENCODING_FAILED)]
    assert kept.units == {}


def test_an_encoder_of_sound_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_encoder, "_ENCODER", "libnone")
    with pytest.raises(sound_encoder.EncoderError) as missing:
        sound_encoder.SoundEncoder(lambda _started_s, _data: None, bits_per_s=24_000, length_s=1.0)
    assert missing.value.encoder == "libnone"
