"""One byte changed, cut or added anywhere in a recording: the verdict says where, and no altered media come out.

`INVIGILO_FLIPS` makes it longer; `INVIGILO_FLIP_SEED` repeats one.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from typer.testing import CliRunner

from app.client.recording.recording import ChosenSources
from app.institution.__main__ import program
from app.institution.errors import InstitutionError
from app.institution.export.export import Exported
from app.institution.finding_codes import AttemptVerdict
from app.institution.wording.findings import finding_sentence
from crypto.errors import SealingError
from crypto.folder import SealedFolder
from crypto.keys import RecipientPrivate
from crypto.verdict import Verdict, VerificationReport, verify
from tests.fixtures.attempt import RecordedAttempt, export_folder
from tests.fixtures.sound import PrivatePulse

FLIPS = int(os.environ.get("INVIGILO_FLIPS", "150"))
SEED = os.environ.get("INVIGILO_FLIP_SEED") or str(time.time_ns())
RECORD_S = 6.0

pytestmark = [pytest.mark.faults, pytest.mark.sound]

Media = set[tuple[str, int, str]]
"""What a player is given: kind of stream, time, digest of one packet; sound without a picture has a file of its own."""


class Session:
    """A finished recording of camera and microphone, and copies of it to spoil."""

    def __init__(self, folder: Path, original: Path, key: RecipientPrivate) -> None:
        self._folder = folder
        self._original = original
        self.key = key
        self.names = sorted(SealedFolder(original).names())
        self.media = media_in(self.export(original, "authentic"))
        self._copies = 0

    def bytes_of(self, name: str) -> bytes:
        return (self._original / name).read_bytes()

    def copy(self) -> Path:
        self._copies += 1
        return Path(shutil.copytree(self._original, self._folder / f"copy-{self._copies}" / self._original.name))

    def changed(self, name: str, data: bytes | None) -> Path:
        """A copy in which `name` holds `data`, or is not there."""
        copy = self.copy()
        if data is None:
            (copy / name).unlink()
        else:
            (copy / name).write_bytes(data)
        return copy

    def export(self, folder: Path, out: str) -> Path:
        export_folder(folder, self.key, self._folder / out)
        return self._folder / out

    def try_export(self, folder: Path) -> tuple[Exported | None, Media]:
        """What an export of a spoilt copy writes; nothing where it is refused."""
        out = folder.parent / "review"
        try:
            exported = export_folder(folder, self.key, out)
        except (SealingError, InstitutionError):
            return None, media_in(out)
        return exported, media_in(out)


def media_in(out: Path) -> Media:
    found: Media = set()
    for file in sorted(out.glob("*.mk[va]")):
        with av.open(str(file)) as container:
            for packet in container.demux():
                if packet.pts is not None:
                    digest = hashlib.sha256(bytes(packet)).hexdigest()
                    found.add((packet.stream.type, round(1000 * packet.pts * packet.time_base), digest))
    return found


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, private_pulse: PrivatePulse) -> Session:
    folder = tmp_path_factory.mktemp("flipped")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in private_pulse.env.items():
            patch.setenv(name, value)
        taken = RecordedAttempt(
            folder,
            ChosenSources("test-person", "default", None),
            {"camera": {}, "microphone": {}, "screen": None, "key_interval_s": 1.0},
        )
        taken.begin()
        taken.loop.run_for(RECORD_S)
        taken.finish()
    # As the operator and the institution hold it: one log, not its records one by one.
    held = folder / "held" / taken.take().name
    (held / "seg").mkdir(parents=True)
    for name in ("header.isf", "keys.isf"):
        shutil.copy(taken.take() / name, held)
    for segment in (taken.take() / "seg").iterdir():
        shutil.copy(segment, held / "seg")
    (held / "log.isf").write_bytes(b"".join(each.read_bytes() for each in sorted((taken.take() / "log").iterdir())))
    made = Session(folder, held, taken.key)
    assert verify(SealedFolder(held)).verdict is Verdict.COMPLETE
    assert {kind for kind, _, _ in made.media} == {"video", "audio"}
    print(f"seed {SEED}: {len(made.names)} objects, {len(made.media)} packets")
    return made


def flipped(data: bytes, at: int, bit: int) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]


def says_where(report: VerificationReport, name: str) -> bool:
    """Whether a finding is about `name`; of the header it may only be known that it or what it is bound to changed."""
    return any(name in finding.where or name in finding_sentence(finding) for finding in report.findings)


def test_a_flipped_byte_is_found_where_it_is(session: Session) -> None:
    rng = random.Random(SEED)
    counted = {"tampered": 0, "keys": 0}
    for number in range(FLIPS):
        # Every object in turn, so that none is left out; the place in it by chance.
        name = session.names[number % len(session.names)]
        data = session.bytes_of(name)
        at, bit = rng.randrange(len(data)), rng.randrange(8)
        copy = session.changed(name, flipped(data, at, bit))
        report = verify(SealedFolder(copy))
        told = f"{name}, byte {at} of {len(data)}, bit {bit}: {report.verdict}"
        if name == "keys.isf":
            assert report.verdict is Verdict.COMPLETE, told
            counted["keys"] += 1
        else:
            assert report.verdict is Verdict.TAMPERED, told
            assert says_where(report, name), f"{told}, {report.findings}"
            counted["tampered"] += 1
        shutil.rmtree(copy.parent)
    assert counted["tampered"] >= FLIPS * 0.9
    print(f"{FLIPS} flips over {len(session.names)} objects: {counted}")


def test_every_byte_of_the_header_and_of_a_log_record_counts(session: Session) -> None:
    copy = session.copy()
    for name, places in (("header.isf", None), ("log.isf", range(176))):
        data = session.bytes_of(name)
        for at in places or range(len(data)):
            (copy / name).write_bytes(flipped(data, at, at % 8))
            report = verify(SealedFolder(copy))
            assert report.verdict is Verdict.TAMPERED, f"{name}, byte {at}"
            assert says_where(report, name)
        (copy / name).write_bytes(data)
    assert verify(SealedFolder(copy)).verdict is Verdict.COMPLETE


@pytest.mark.parametrize("kind", ["header.isf", "log.isf", "seg/00", "seg/01", "seg/02"])
def test_what_is_cut_or_gone_is_found(session: Session, kind: str) -> None:
    rng = random.Random(f"{SEED} {kind}")
    name = rng.choice([each for each in session.names if each.startswith(kind)])
    data = session.bytes_of(name)
    for shorter in (0, 1, rng.randrange(2, len(data) - 1), len(data) - 1):
        report = verify(SealedFolder(session.changed(name, data[:shorter])))
        if name == "log.isf":
            # A log that merely ends early is what a crash leaves; with the segments it no longer names it is not.
            assert report.verdict is not Verdict.COMPLETE
            assert says_where(report, name) or report.unsealed
        else:
            assert report.verdict is Verdict.TAMPERED, f"{name} cut to {shorter}"
            assert says_where(report, name)
    longer = verify(SealedFolder(session.changed(name, data + b"\x00")))
    assert longer.verdict is Verdict.TAMPERED
    gone = verify(SealedFolder(session.changed(name, None)))
    assert gone.verdict is (Verdict.INTERRUPTED if name == "log.isf" else Verdict.TAMPERED)
    assert says_where(gone, name)


@pytest.mark.parametrize("stray", ["seg/01-99999999.isg", "seg/09-00000000.isg", "notes.txt", "seg/extra", "log"])
def test_what_was_put_beside_is_found(session: Session, stray: str) -> None:
    report = verify(SealedFolder(session.changed(stray, session.bytes_of("seg/01-00000000.isg"))))
    assert report.verdict is Verdict.TAMPERED
    assert says_where(report, stray)


def test_swapped_segments_are_found(session: Session) -> None:
    one, other = "seg/01-00000001.isg", "seg/01-00000002.isg"
    copy = session.changed(one, session.bytes_of(other))
    (copy / other).write_bytes(session.bytes_of(one))
    report = verify(SealedFolder(copy))
    assert report.verdict is Verdict.TAMPERED
    assert says_where(report, one)
    assert says_where(report, other)


def test_an_export_never_holds_media_that_were_not_recorded(session: Session) -> None:
    rng = random.Random(f"{SEED} export")
    spoils: list[Callable[[bytes], bytes | None]] = [
        lambda data: flipped(data, rng.randrange(len(data)), rng.randrange(8)),
        lambda data: flipped(data, rng.randrange(len(data)), rng.randrange(8)),
        lambda data: data[: rng.randrange(1, len(data))],
        lambda _: None,
    ]
    refused = fewer = 0
    names = ["header.isf", "keys.isf", "log.isf", *rng.sample([n for n in session.names if n.startswith("seg/")], 8)]
    for name in names:
        for spoil in spoils:
            copy = session.changed(name, spoil(session.bytes_of(name)))
            exported, media = session.try_export(copy)
            assert media <= session.media, f"{name}: the export shows what was never recorded"
            if exported is None:
                refused += 1
                assert media == set()
            elif name != "keys.isf":
                assert exported.verdict is not AttemptVerdict.COMPLETE, name
            fewer += media != session.media
            shutil.rmtree(copy.parent)
    print(f"{len(names) * len(spoils)} exports of spoilt copies: {refused} refused, {fewer} show less, none shows more")
    assert refused
    assert fewer > refused


def test_the_command_says_so_too(session: Session, tmp_path: Path) -> None:
    rng = random.Random(f"{SEED} command")
    for name in ("header.isf", "log.isf", "seg/01-00000001.isg"):
        data = session.bytes_of(name)
        copy = session.changed(name, flipped(data, rng.randrange(len(data)), 0))
        done = CliRunner().invoke(program, ["--dir", str(tmp_path / "none"), "verify", str(copy)])
        assert done.exit_code == 1, done.output
        assert "TAMPERED" in done.output
        assert name in done.output
        as_json = CliRunner().invoke(program, ["--dir", str(tmp_path / "none"), "verify", str(copy), "--json"])
        assert json.loads(as_json.stdout)["verdict"] == "TAMPERED"
