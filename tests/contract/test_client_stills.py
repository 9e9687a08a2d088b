"""Still pictures through the real recorder: full size, sealed, never in the clear on the disk, whole at the end."""

import hashlib
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np

from app.client.ipc.to_recorder import StoreStill, TakeStill
from app.institution.export.still_images import still_pictures
from capture.settings import RecordingSettings
from crypto.folder import SealedFolder
from crypto.opening import open_session
from tests.fixtures.recorder import KEY, RecorderRun

RECORDING = RecordingSettings.model_validate(
    {"camera": {"width": 320, "height": 240}, "microphone": None, "screen": None, "key_interval_s": 1.0}
)


def test_a_still_has_the_cameras_full_size_and_is_sealed_in_pieces(tmp_path: Path) -> None:
    # Noise does not compress: its JPEG takes several objects of 256 KiB.
    noise = np.random.default_rng(5).integers(0, 255, (1080, 1920, 3), np.uint8)
    cv2.imwrite(str(tmp_path / "document.png"), noise)
    run = RecorderRun(tmp_path, RECORDING)
    run.open(camera=str(tmp_path / "document.png"))
    run.spoken.wait_for("preview")
    run.begin(stills=True)
    for purpose in ("id_photo", "signature"):
        run.link.send(TakeStill(purpose=purpose))
        shown = run.spoken.wait_for("still_taken", holds=lambda taken, wanted=purpose: taken.purpose == wanted)
        assert (shown.width, shown.height) == (1920, 1080)
        assert cv2.imdecode(np.frombuffer(shown.jpeg, np.uint8), cv2.IMREAD_COLOR).shape == (540, 960, 3)
        run.link.send(StoreStill(purpose=purpose))
        assert run.spoken.wait_for("still_stored", holds=lambda stored, wanted=purpose: stored.purpose == wanted).stored
    run.link.send(StoreStill(purpose="signature"))
    run.spoken.wait_for("still_stored", holds=lambda stored: not stored.stored)
    run.finish()

    events = run.events("still_taken")
    assert [(event["what"], event["width"]) for event in events] == [
        ("id_photo", 1920),
        ("signature", 1920),
    ]
    with ExitStack() as stack:
        session = stack.enter_context(open_session(SealedFolder(run.spool / f"{run.attempt}.0"), KEY))
        stills = list(still_pictures([session]))
    assert [still.what for still in stills] == ["id_photo", "signature"]
    assert [hashlib.sha256(still.jpeg).hexdigest() for still in stills] == [event["sha256"] for event in events]
    assert all(len(still.jpeg) > 600_000 for still in stills)
    assert cv2.imdecode(np.frombuffer(stills[0].jpeg, np.uint8), cv2.IMREAD_COLOR).shape == (1080, 1920, 3)
    for file in (path for path in tmp_path.rglob("*") if path.is_file() and path.name != "document.png"):
        held = file.read_bytes()
        assert stills[0].jpeg[2000:2064] not in held, f"{file} holds the picture in the clear"


def test_a_picture_with_a_missing_piece_is_left_out_and_the_next_one_is_not() -> None:
    class Segment:
        def __init__(self, data: bytes, *, sealed: bool = True) -> None:
            self.data, self.sealed = data, sealed

    def piece(what: str, number: int, of: int, data: bytes) -> bytes:
        return f'{{"what": "{what}", "t_us": 5, "piece": {number}, "of": {of}}}\n'.encode() + data

    class Session:
        class description:
            streams = ("events", "stills")

        def __init__(self, *segments: Segment) -> None:
            self._segments = segments

        def segments(self, stream: str) -> tuple[Segment, ...]:
            assert stream == "stills"
            return self._segments

    harmed = Session(
        Segment(piece("id_photo", 0, 3, b"a")),
        Segment(piece("id_photo", 2, 3, b"c")),
        Segment(b"\xff\xd8 no header"),
        Segment(piece("signature", 0, 2, b"d")),
        Segment(piece("signature", 1, 2, b"e")),
        Segment(piece("id_photo", 0, 1, b"f"), sealed=False),
        Segment(piece("id_photo", 0, 10_000, b"g")),
        Segment(piece("../../evil", 0, 1, b"h")),
    )
    assert [(still.what, still.jpeg) for still in still_pictures([harmed])] == [  # type: ignore[list-item]
        ("signature", b"de"),
        ("../../evil", b"h"),
    ]
