"""One clip handed out for an appeal: made with the institution's keys, checked and watched with none."""

import json
import stat
import sys
import uuid
import zipfile

import av
import pytest

from app.institution.disclosure import checking
from app.institution.disclosure.file import DisclosedClip
from app.institution.errors import DisclosureRefused
from app.institution.keys.institution import InstitutionFolder
from app.institution.keys.unlocking import KeyFileUnlocker
from crypto.disclosure import Disclosure
from crypto.errors import SealingError
from crypto.folder import SealedFolder
from crypto.header import SessionDescription
from crypto.opening import open_session
from crypto.sealing import SessionSealer
from tests.fixtures.exported_media import spoilt
from tests.unit.institution.conftest import FolderSink
from tests.unit.institution.disclosure.altered_clips import altered

PASSPHRASE = "six plain words for a test"
FLASH_S = 13.3


def test_a_clip_is_handed_out_checked_and_watched_without_a_key(disclose, ask, take, tmp_path):
    clip, said = disclose(take, "webcam", 12.5, 15, "--reason", "appeal 7")
    assert "3 sealed pieces" in said
    assert "One more piece, where the stream begins" in said
    if sys.platform != "win32":
        assert stat.S_IMODE(clip.stat().st_mode) == 0o600

    elsewhere = tmp_path / "receiver"
    checked = ask("--dir", elsewhere, "verify", clip).output
    assert checked.startswith("AUTHENTIC")
    assert "The note says: disclosed by bo" in checked
    assert "reason: appeal 7" in checked
    found = json.loads(ask("--dir", elsewhere, "verify", clip, "--json").output)
    assert (found["segments"], found["note"]["first_index"]) == ([0, 6, 7], 6)
    assert found["note"]["candidate"] == "c-17"

    assert "All 40 pictures decode." in ask("--dir", elsewhere, "export", clip, "--out", tmp_path / "out").output
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["note.json", "webcam.mkv"]
    with av.open(str(tmp_path / "out" / "webcam.mkv")) as file:
        frames = [(f.time, f.to_ndarray(format="gray").mean()) for f in file.decode(video=0)]
    assert (round(frames[0][0], 2), round(frames[-1][0], 2)) == (12.3, 16.2)
    assert [round(at, 2) for at, light in frames if light > 150] == [FLASH_S]


def test_clip_that_does_not_play_is_told_when_it_is_exported(disclose, ask, institution, media, tmp_path):
    units = spoilt(media["video"](0.0, 8, size=(640, 480), noise=True), 2)
    sealed, _ = media["seal_take"](tmp_path / "s", institution.public, {"webcam": units})
    clip, _ = disclose(sealed, "webcam", 3, 7)
    printed = ask("export", clip, "--out", tmp_path / "out", status=1).output
    assert "of 60 pictures do" in printed
    found = json.loads(ask("export", clip, "--out", tmp_path / "again", "--json", status=1).output)
    assert found["decode_check"]["failed"][0]["from_s"] == 4.0


def test_the_file_opens_nothing_but_the_clip(disclose, take, institution):
    clip = DisclosedClip.load(disclose(take, "webcam", 12.5, 13)[0])
    assert sorted(clip.names()) == ["header.isf", "log.isf", "seg/01-00000000.isg", "seg/01-00000006.isg"]
    assert [(key.stream, key.index) for key in clip.disclosure.keys] == [(1, 0), (1, 6)]
    # The log ends with the record of the clip's last segment.
    whole = (take / "log.isf").read_bytes()
    assert whole.startswith(clip.read("log.isf"))
    assert len(clip.read("log.isf")) < len(whole)


def test_events_and_sound(disclose, ask, take, tmp_path):
    clip, _ = disclose(take, "events", 4, 7)
    ask("export", clip, "--out", tmp_path / "events")
    lines = (tmp_path / "events" / "events.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["e4", "e5", "e6"]
    clip, _ = disclose(take, "microphone", 9, 10)
    ask("export", clip, "--out", tmp_path / "sound")
    with av.open(str(tmp_path / "sound" / "microphone.mka")) as file:
        times = [frame.time for frame in file.decode(audio=0)]
    assert times[0] == pytest.approx(8.2, abs=0.1)
    assert times[-1] == pytest.approx(10.2, abs=0.1)


def test_pictures_are_of_their_moment(disclose, ask, institution, tmp_path):
    def still(what, at_s):
        head = {"what": what, "t_us": round(at_s * 1e6), "piece": 0, "of": 1}
        return json.dumps(head).encode() + b"\n" + b"\xff\xd8" + what.encode()

    path = tmp_path / "s" / f"{uuid.uuid4()}.0"
    path.mkdir(parents=True)
    sealer = SessionSealer(
        SessionDescription(
            institution="example-u",
            exam="algebra-1",
            config_sha256="0" * 64,
            attempt=path.name[:-2],
            take=0,
            candidate="c-17",
            started_at="2026-11-22T09:00:00Z",
            t0_ns=1,
            client="invigilo test",
            nonce="",
            streams=("events", "stills"),
        ),
        [institution.public],
        FolderSink(path),
    )
    for at_s, what in ((5.0, "id_photo"), (7.0, "signature")):
        sealer.seal("stills", round(at_s * 1e6), still(what, at_s))
    sealer.finish()
    clip, _ = disclose(path, "stills", 6, 8)
    ask("export", clip, "--out", tmp_path / "out")
    (picture,) = (tmp_path / "out" / "stills").iterdir()
    assert (picture.name, picture.read_bytes()) == ("01-signature.jpg", b"\xff\xd8signature")


def test_what_cannot_be_handed_out_is_refused(disclose, take, tmp_path):
    for stream, from_s, to_s, why in (
        ("screen", 1, 2, "nothing was recorded of “screen”; there is: events, microphone, webcam"),
        ("webcam", 40, 50, "nothing was recorded between 40 s and 50 s"),
        ("webcam", 5, 5, "--to comes later"),
        ("webcam", "nan", 5, "--to comes later"),
    ):
        clip, said = disclose(take, stream, from_s, to_s, status=2)
        assert why in said
        assert not clip.exists()
    there = tmp_path / "there.zip"
    there.write_bytes(b"mine")
    assert "exists already" in disclose(take, "webcam", 1, 2, out=there, status=2)[1]
    assert there.read_bytes() == b"mine"
    (take / "seg" / "01-00000006.isg").unlink()
    assert "seg/01-00000006.isg is missing" in disclose(take, "webcam", 11, 16, status=2)[1]
    clip, said = disclose(take, "webcam", 2, 4)
    assert "Something else in this recording was tampered with" in said


def test_a_stretch_over_two_parts_is_refused_and_each_part_is_not(disclose, institution, media, tmp_path):
    attempt = str(uuid.uuid4())
    _, hid = media["seal_take"](
        tmp_path / "s", institution.public, {"webcam": media["video"](0.3, 6)}, attempt=attempt, finish=False
    )
    streams = {"webcam": media["video"](10.3, 6)}
    second, _ = media["seal_take"](tmp_path / "s", institution.public, streams, attempt=attempt, take=1, previous=hid)
    assert f"{attempt}.0, {attempt}.1" in disclose(tmp_path / "s", "webcam", 3, 12, status=2)[1]
    disclose(tmp_path / "s", "webcam", 11, 12)
    clip, _ = disclose(second, "webcam", 11, 12, "--as", "bo", out=tmp_path / "again.zip")
    assert DisclosedClip.load(clip).note.disclosed_by == "bo"
    file = institution.folder / "representatives" / "bo.key"
    clip, said = disclose(second, "webcam", 11, 12, "--key", file, "--json", out=tmp_path / "third.zip")
    assert json.loads(said)["note"]["disclosed_by"] == "bo"


def test_altered_clips_are_refused_and_the_place_is_named(disclose, ask, take, tmp_path):
    clip, _ = disclose(take, "webcam", 12.5, 13)
    segment = zipfile.ZipFile(clip).read("seg/01-00000006.isg")
    keys = json.loads(zipfile.ZipFile(clip).read("disclosure.json"))
    note = json.loads(zipfile.ZipFile(clip).read("note.json"))
    swapped = {**keys, "keys": [{**keys["keys"][0], "key": keys["keys"][1]["key"]}, keys["keys"][1]]}
    for changes, why in (
        ({"seg/01-00000006.isg": segment[:-1] + bytes([segment[-1] ^ 1])}, "seg/01-00000006.isg: the object is not"),
        ({"seg/01-00000006.isg": None}, "seg/01-00000006.isg: it is not in the disclosure"),
        ({"log.isf": (take / "log.isf").read_bytes()[:176]}, "does not vouch for seg/01-0000000"),
        ({"disclosure.json": json.dumps(swapped).encode()}, "the key for seg/01-00000000.isg does not open it"),
        ({"disclosure.json": b"{}"}, "disclosure.json"),
        ({"note.json": json.dumps({**note, "from_s": "now"}).encode()}, "note.json cannot be read (from_s)"),
        ({"note.json": None}, "no note.json"),
        ({"../../x": b"x"}, "'../../x' has no place"),
        ({"seg/01-00000007.isg": bytes(262_145)}, "larger than 262144 bytes"),
    ):
        bad = altered(clip, tmp_path / "bad.zip", **changes)
        said = ask("verify", bad, status=1).output
        assert why in said, (why, said)
        ask("export", bad, "--out", tmp_path / "never", status=1)
        assert not (tmp_path / "never").exists()


def test_what_is_no_archive_or_one_that_unpacks_is_refused(disclose, take, tmp_path):
    clip, _ = disclose(take, "events", 3, 4)
    whole = clip.read_bytes()
    bad = tmp_path / "bad.zip"
    for data in (b"", b"PK", whole[:-30], whole[: len(whole) // 2], bytes(1000)):
        bad.write_bytes(data)
        with pytest.raises(DisclosureRefused, match=r"bad\.zip"):
            DisclosedClip.load(bad)
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("log.isf", bytes(64 * 1024 * 1024))
    with pytest.raises(DisclosureRefused, match="no place"):
        DisclosedClip.load(bad)


def test_a_member_that_says_to_take_gigabytes_is_refused_before_it_is_read(disclose, take, tmp_path):
    clip, _ = disclose(take, "events", 3, 4)
    whole = bytearray(clip.read_bytes())
    bad = tmp_path / "bad.zip"
    first = whole.index(b"PK\x01\x02")  # its entry in the list at the end: what it takes is at byte 20
    whole[first + 20 : first + 24] = (0xFFFFFFF0).to_bytes(4, "little")
    bad.write_bytes(whole)
    with pytest.raises(DisclosureRefused, match=r"'note\.json' has no place"):
        DisclosedClip.load(bad)


def test_the_note_is_the_only_thing_that_can_be_edited(disclose, take, tmp_path):
    clip, _ = disclose(take, "events", 3, 5)
    original = checking.check(clip)
    data, told = clip.read_bytes(), 0
    bad = tmp_path / "bad.zip"
    for at in range(0, len(data), 7):
        bad.write_bytes(data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :])
        try:
            checked = checking.check(bad)
        except (DisclosureRefused, SealingError):
            told += 1
            continue
        assert checked.segments == original.segments
    assert told > 100


def test_the_keys_are_not_the_sessions(disclose, take, institution):
    clip = DisclosedClip.load(disclose(take, "events", 3, 5)[0])
    assert isinstance(clip.disclosure, Disclosure)
    folder = InstitutionFolder.open(institution.folder)
    key = folder.exam_key("algebra-1", KeyFileUnlocker(folder.key_file("bo"), PASSPHRASE))
    with open_session(SealedFolder(take), key) as session:
        wanted = session.disclose([("events", index) for index in (3, 4)])
    assert clip.disclosure == wanted
