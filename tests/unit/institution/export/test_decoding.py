"""An export says of each file whether it plays, and no more than was looked at."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import av
import pytest

from app.institution.copies.local_copies import in_folder
from app.institution.export import remux
from app.institution.export.decoding import Decoded, decode
from app.institution.export.export import Exported, export
from app.institution.export.report import KeyHolders, write_report
from app.institution.finding_codes import AttemptVerdict
from app.institution.recordings.attempt import examine
from crypto.keys import RecipientPrivate
from tests.fixtures.exported_media import spoilt
from tests.unit.institution.export.conftest import Office


def report_of(out: Path, exported: Exported) -> str:
    holders = KeyHolders("k", ())
    return write_report(out, exported, institution="U", title="T", holders=holders).read_text()


def test_film_that_plays_is_told_with_what_was_decoded(whole: Path, key: RecipientPrivate, tmp_path: Path) -> None:
    heard: list[tuple[str, float]] = []
    report = examine(in_folder(whole))
    exported = export(report, key, tmp_path / "out", progress=lambda doing, at_s: heard.append((doing, at_s)))
    webcam, microphone, screen = exported.streams
    assert webcam.decoded == screen.decoded == Decoded(80, 80, ())
    assert microphone.decoded is not None
    # 8 seconds in pieces of 20 ms, and one in which the encoder's own delay ends.
    assert (microphone.decoded.looked_at, microphone.decoded.failed) == (401, ())
    assert exported.decodes
    said = json.loads((tmp_path / "out" / "verdict.json").read_text())
    assert said["streams"][2]["decode_check"] == {"looked_at": 80, "whole": 80, "failed": []}
    page = report_of(tmp_path / "out", exported)
    assert page.count("All 80 pictures decode.") == 2
    assert "All 401 pieces of sound decode." in page
    assert "what it shows was not looked at" in page
    assert [doing for doing, _ in heard if "decoded" in doing] == [
        "webcam.mkv is decoded to see that it plays:",
        "screen.mkv is decoded to see that it plays:",
    ]


def test_authentic_picture_that_does_not_decode_is_named_with_those_that_need_it(
    tmp_path: Path, office: Office, media, ask
) -> None:
    units = spoilt(media["video"](0.0, 8, size=(640, 480), noise=True), 2)
    sealed, _ = media["seal_take"](tmp_path / "s", office.key.public, {"webcam": units})
    exported = export(examine(in_folder(sealed)), office.key, tmp_path / "out")
    assert exported.verdict is AttemptVerdict.COMPLETE, "what was sealed is here as it was sealed"
    assert not exported.decodes
    decoded = exported.streams[0].decoded
    assert decoded is not None
    assert decoded.looked_at == 80
    assert decoded.whole < 80
    ((from_s, to_s),) = decoded.failed
    assert from_s == pytest.approx(4.0)
    assert 4.0 < to_s <= 6.0
    (told,) = json.loads((tmp_path / "out" / "verdict.json").read_text())["streams"]
    assert told["decode_check"]["failed"] == [{"from_s": 4.0, "to_s": round(to_s, 1)}]
    page = report_of(tmp_path / "out", exported)
    assert f"{decoded.sentence('webcam')} 0:00:04.0 to 0:00:0" in page
    command = ["export", sealed, "--out", tmp_path / "again", "--passphrase-file", office.passphrase]
    printed = ask("--dir", office.folder, *command, status=1).output
    assert f"! {decoded.sentence('webcam')}" in printed
    assert "! from 0:00:04.0 to 0:00:0" in printed


@pytest.mark.parametrize("crf", [28, 40])
def test_film_of_which_a_part_is_decoded_as_another_is_does_not_pass(
    tmp_path: Path, key: RecipientPrivate, media, crf: int
) -> None:
    first, second = media["video"](0.0, 4, size=(320, 240)), media["video"](4.0, 4, noise=True)
    media["seal_take"](tmp_path / "s", key.public, {"screen": [*first, *second]})
    with patch.object(remux, "_parameter_sets", lambda extradata: b""):
        exported = export(examine(in_folder(tmp_path / "s")), key, tmp_path / "out")
    decoded = exported.streams[0].decoded
    assert decoded is not None
    assert decoded.failed
    assert decoded.failed[0][0] == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("stream", "looked_at", "whole", "sentence"),
    [
        ("webcam", 1, 1, "The 1 picture decodes."),
        ("screen", 300, 300, "All 300 pictures decode."),
        ("screen", 300, 299, "1 of 300 pictures does not decode."),
        ("webcam", 300, 0, "300 of 300 pictures do not decode."),
        ("microphone", 1, 1, "The 1 piece of sound decodes."),
        ("microphone", 2, 2, "All 2 pieces of sound decode."),
        ("microphone", 2, 1, "1 of 2 pieces of sound does not decode."),
        ("microphone", 9, 1, "8 of 9 pieces of sound do not decode."),
    ],
)
def test_what_was_decoded_is_said_in_words(stream: str, looked_at: int, whole: int, sentence: str) -> None:
    assert Decoded(looked_at, whole, ()).sentence(stream) == sentence


def test_where_nothing_was_written_nothing_was_looked_at(whole: Path, key: RecipientPrivate, tmp_path: Path) -> None:
    exported = export(examine(in_folder(whole)), key, tmp_path / "out", media=False)
    assert [each.decoded for each in exported.streams] == [None, None, None]
    said = json.loads((tmp_path / "out" / "verdict.json").read_text())
    assert [each["decode_check"] for each in said["streams"]] == [None, None, None]
    page = report_of(tmp_path / "out", exported)
    assert "No file was written, so none was decoded." in page
    assert " decode." not in page


def test_stretches_that_fail_end_where_the_next_picture_is_whole_or_with_the_last(tmp_path: Path, media) -> None:
    film = tmp_path / "film.mkv"
    units = [data for _, data in media["video"](0.0, 6, size=(640, 480), noise=True)]
    (tmp_path / "film.mp4").write_bytes(b"".join(units))
    heard: list[float] = []
    with av.open(str(tmp_path / "film.mp4")) as source, av.open(str(film), "w", format="matroska") as out:
        to = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is None:
                continue
            at_s = float(packet.pts * packet.time_base)
            given = av.packet.Packet(bytes(200) if at_s >= 5.45 else bytes(packet))
            given.pts, given.dts, given.time_base = packet.pts, packet.dts, packet.time_base
            given.is_keyframe = packet.is_keyframe
            given.stream = to
            out.mux(given)
    (decoded,) = decode(film, heard.append)
    assert (decoded.looked_at, decoded.whole) == (60, 55)
    assert decoded.failed == (pytest.approx((5.5, 5.9)),)
    assert heard == [pytest.approx(5.0)]
