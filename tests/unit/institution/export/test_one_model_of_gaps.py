"""A standstill of the whole client: every output of every command names the same gaps."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from app.institution.copies.local_copies import in_folder
from app.institution.export.export import export
from app.institution.export.report import KeyHolders, write_report
from app.institution.recordings.attempt import examine
from app.institution.review.playback import RecordingPlayback
from app.institution.review.window_model import review_model
from app.institution.wording.phrases import clock
from capture.encoding.planes import planes_of
from capture.encoding.sound_encoder import SoundEncoder
from capture.encoding.video_encoder import VideoEncoder
from capture.frames import SAMPLE_RATE_HZ
from capture.settings import Codec
from tests.unit.institution.conftest import seal_take
from tests.unit.institution.export.conftest import Office

STOPPED_S, ON_S, END_S = 31.6, 71.5, 90.0
STREAMS = ("webcam", "microphone", "screen")
BEGINS_S = {"webcam": 31.5, "microphone": STOPPED_S, "screen": STOPPED_S}
"""The camera has nothing from its last picture on; the screen's is what it showed, sound goes on to its end."""


def pictures(codec: Codec) -> list[tuple[float, bytes]]:
    units: list[tuple[float, bytes]] = []
    encoder = VideoEncoder(
        lambda started_s, data: units.append((started_s, data)),
        width=160, height=120, frames_per_s=5, codec=codec, crf=28, unit_s=4.0, key_interval_s=4.0,
    )  # fmt: skip
    for at_ms in range(100, round(END_S * 1000), 200):
        if not STOPPED_S < at_ms / 1000 < ON_S:
            encoder.encode(planes_of(np.full((120, 160, 3), 90, np.uint8), 160, 120), at_ms)
    encoder.close()
    return units


def sound() -> list[tuple[float, bytes]]:
    units: list[tuple[float, bytes]] = []
    encoder = SoundEncoder(lambda started_s, data: units.append((started_s, data)), bits_per_s=24_000, length_s=4.0)
    block = np.random.default_rng(1).integers(-3000, 3000, SAMPLE_RATE_HZ // 10, np.int16).tobytes()
    for tenth in range(1, round(END_S * 10)):
        if not STOPPED_S <= tenth / 10 < ON_S:
            encoder.encode(block, tenth * SAMPLE_RATE_HZ // 10)
    encoder.close()
    return units


@pytest.fixture(scope="module")
def stood_still(tmp_path_factory: pytest.TempPathFactory, office: Office) -> Path:
    """A sealed session; client and recorder stood still for 40 seconds of it."""
    gaps = b"".join(
        json.dumps(
            {
                "t_us": round(ON_S * 1e6), "version": 2, "event": "gap", "stream": stream,
                "from_us": round(STOPPED_S * 1e6), "to_us": round(ON_S * 1e6), "reason": "nothing_arrived",
            }
        ).encode() + b"\n"
        for stream in STREAMS
    )  # fmt: skip
    rows = {"webcam": pictures("av1"), "microphone": sound(), "screen": pictures("h264"), "events": [(ON_S, gaps)]}
    return seal_take(tmp_path_factory.mktemp("standstill"), office.key.public, rows)[0]


def test_verdict_report_and_window_name_the_same_gaps(stood_still: Path, office: Office, tmp_path: Path) -> None:
    report = examine(in_folder(stood_still))
    exported = export(report, office.key, tmp_path / "out")
    page = write_report(tmp_path / "out", exported, institution="U", title="T", holders=KeyHolders("k", ())).read_text()
    said = json.loads((tmp_path / "out" / "verdict.json").read_text())
    expected = {(stream, begins_s, ON_S) for stream, begins_s in BEGINS_S.items()}
    in_streams = {(each["stream"], gap["from_s"], gap["to_s"]) for each in said["streams"] for gap in each["gaps"]}
    assert in_streams == expected
    assert {(gap["stream"], gap["from_s"], gap["to_s"]) for gap in said["gaps"]} == expected
    assert all(gap["reported"] for gap in said["gaps"])
    for begins_s in BEGINS_S.values():
        row = rf'<td class="time">{clock(begins_s)}</td><td class="time">{clock(ON_S)}</td>'
        assert len(re.findall(row, page)) == list(BEGINS_S.values()).count(begins_s)
    with RecordingPlayback(report.takes, office.key) as playback:
        model = review_model(report, playback, "T", ["Bo Chen"])
    assert {(gap.stream, gap.from_s, gap.to_s) for gap in model.gaps} == expected
    assert [gap.sentence for gap in model.gaps] == [gap["sentence"] for gap in said["gaps"]]
    assert model.duration_s == max(each.last_s for each in exported.streams)


def test_terminal_names_the_gaps_of_verdict_json(stood_still: Path, office: Office, tmp_path: Path, ask) -> None:
    key = ["--passphrase-file", office.passphrase]
    for command, out in (("export", tmp_path / "export"), ("report", tmp_path / "report")):
        printed = ask("--dir", office.folder, command, stood_still, "--out", out, *key).output
        for begins_s in BEGINS_S.values():
            said = f"nothing from {clock(begins_s)} to {clock(ON_S)}"
            assert printed.count(said) == list(BEGINS_S.values()).count(begins_s)
        verdict = json.loads((out / "verdict.json").read_text())
        assert [len(each["gaps"]) for each in verdict["streams"]] == [1, 1, 1]


def test_verify_names_the_standstill_as_far_as_it_shows_without_a_key(stood_still: Path, tmp_path: Path, ask) -> None:
    found = json.loads(ask("--dir", tmp_path / "elsewhere", "verify", stood_still, "--json").output)
    # Sound goes on as silence that the recorder made, so that its pieces follow each other.
    assert {gap["stream"] for gap in found["gaps"]} == {"webcam", "screen"}
    for gap in found["gaps"]:
        assert gap["within"]
        assert gap["from_us"] / 1e6 <= STOPPED_S < ON_S == gap["to_us"] / 1e6
    printed = ask("--dir", tmp_path / "elsewhere", "verify", stood_still).output
    assert printed.count("in part 1 no piece begins between") == 2
