"""Every message is one line, and is the same message at the other end."""

import pytest
from pydantic import ValidationError

from app.client.ipc.from_recorder import FROM_RECORDER, Calibrated, PreviewImage, StillTaken
from app.client.ipc.message import ZeroAngles
from app.client.ipc.to_recorder import TO_RECORDER, Finish
from capture.analysis.calibration import Zero


def test_pictures_are_the_same_bytes_at_the_other_end():
    jpeg = bytes(range(256))
    for message in (PreviewImage.of(jpeg), StillTaken.of("id_photo", jpeg, 1920, 1080, ("blurred",))):
        line = message.line()
        assert line.count(b"\n") == 1
        read = FROM_RECORDER.validate_json(line)
        assert read == message
        assert read.jpeg == jpeg


def test_angles_are_what_analysis_takes():
    message = Calibrated(zero=ZeroAngles(gaze_h_deg=-3.5, gaze_v_deg=12.0), spread_deg=20.0)
    read = FROM_RECORDER.validate_json(message.line())
    assert read.zero.zero() == Zero(-3.5, 12.0, learned=False)


@pytest.mark.parametrize("line", [b"{}", b'{"kind": "finish", "more": 1}', b'{"kind": "finished"}', b"[]"])
def test_what_is_no_message_of_the_client_is_refused(line):
    with pytest.raises(ValidationError):
        TO_RECORDER.validate_json(line)
    assert TO_RECORDER.validate_json(Finish().line()) == Finish()
