"""Recordings of a version without codes still verify, open, export and say what they said; its exam files open.

`recorded_before_codes/README.md` says what they are and how they were made.
"""

import hashlib
import json
import re
import shutil
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import av
import pytest
from typer.testing import CliRunner

from app.client.state.attempts import AttemptStore
from app.events.legacy import rule_name
from app.events.sealed import read_line
from app.institution.__main__ import program
from app.institution.recordings.gaps import LEAST_S, covered_s
from app.institution.wording.events import words
from app.policy.errors import ExamExpired, UnknownInstitution
from app.policy.exam_file import frame, read_exam_file
from app.policy.pins import InstitutionPins
from app.policy.terms import SignedTerms

RECORDED = Path(__file__).parent / "recorded_before_codes"
SESSIONS = ("every-event", "interrupted", "whole")
CLIPS = ("events", "webcam")
EXAM_FILES = sorted((RECORDED / "published_test_keys" / "exams").glob("*/*.invigilo"))
EVENTS = {
    "calibration", "client_restarted", "clock_moved", "detection_ended", "detection_failed", "face_check", "gap",
    "guard", "guard_not_released", "handed_in", "held", "incident", "left", "observed", "page", "phase",
    "program_closed", "quality", "release_refused", "released", "scan", "screen_recorded", "source", "still",
    "take_ended", "take_started", "violation", "window_left", "window_returned", "zero",
}  # fmt: skip
"""Every kind of event that the version wrote."""
REPORT_ROW = re.compile(
    r'<tr class="(\w+)"><td class="time">(.*?)</td>\s*<td class="mark">.*?</td><td>.*?</td></tr>', re.DOTALL
)

RENAMED = {"holes": "gaps", "holes_between_takes": "gaps_between_takes"}
"""Keys of the program's own JSON output that have another name today; what stands under them must be the same."""


FOUND_SINCE = {"every-event": ("INCONSISTENT", {"outside-validity", "stream-not-listed"})}
"""Today's verdict and findings on the one recording that a script wrote: it is not what its exam file asks for."""


def found_since(name, said, now):
    """What was `said`, with the verdict of today, and what is found `now` without what only today's program finds."""
    verdict, codes = FOUND_SINCE.get(name, (said["verdict"], set()))
    assert {each["code"] for each in now["findings"]} >= codes
    return {**said, "verdict": verdict}, {**now, "findings": [f for f in now["findings"] if f["code"] not in codes]}


def as_exported_today(sealed):
    """What is exported today for an event that was sealed then.

    Nothing is translated: a recording is evidence, and its events leave it as they were sealed. Should an export ever
    write codes in place of that version's sentences, the whole translation stands here and nowhere else.
    """
    return sealed


def expected(name, file):
    text = (RECORDED / "expected" / name / file).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()] if file.endswith(".jsonl") else json.loads(text)


def numbers(sentence):
    """What a sentence counts; it may be put in better words."""
    return sorted(re.findall(r"\d+(?:\.\d+)?", sentence))


def unworded(value):
    """`value` without the sentences in it: they are for people, and may be put in better words."""
    if isinstance(value, dict):
        for_people = {"sentence", "meaning", "checked", "not_checked"}
        return {key: unworded(each) for key, each in value.items() if key not in for_people}
    return [unworded(each) for each in value] if isinstance(value, list) else value


def renamed(value):
    """What was `expected`, under the names of today."""
    if isinstance(value, dict):
        return {RENAMED.get(key, key): renamed(each) for key, each in value.items()}
    return [renamed(each) for each in value] if isinstance(value, list) else value


def holds(said, now):
    """Whether everything that was `said` is said `now`; something may have been added."""
    if isinstance(said, dict):
        return isinstance(now, dict) and all(key in now and holds(each, now[key]) for key, each in said.items())
    if isinstance(said, list):
        return isinstance(now, list) and len(said) == len(now) and all(map(holds, said, now))
    return said == now


def without_parameter_sets(packet):
    """The packet's NAL units but SPS (7) and PPS (8), which today's export repeats before every key frame."""
    kept, at = b"", 0
    while at < len(packet):
        after = at + 4 + int.from_bytes(packet[at : at + 4], "big")
        kept += b"" if packet[at + 4] & 31 in {7, 8} else packet[at:after]
        at = after
    return kept


def media(file):
    """Each stream's kind, size or rate, and its packets as they were recorded."""
    found = []
    with av.open(str(file)) as container:
        packets = {stream.index: [] for stream in container.streams}
        for packet in container.demux():
            if packet.size:
                packets[packet.stream.index].append((float(packet.pts * packet.time_base), bytes(packet)))
        for stream in container.streams:
            as_recorded = without_parameter_sets if stream.codec_context.name == "h264" else bytes
            times_s = [at_s for at_s, _ in packets[stream.index]]
            size = (
                {"width": stream.width, "height": stream.height} if stream.type == "video" else {"rate_hz": stream.rate}
            )
            found.append(
                {
                    "kind": stream.type,
                    **size,
                    "packets": len(times_s),
                    "first_s": round(min(times_s), 3),
                    "last_s": round(max(times_s), 3),
                    "sha256": hashlib.sha256(
                        b"".join(as_recorded(data) for _, data in packets[stream.index])
                    ).hexdigest(),
                }
            )
    return found


class Office:
    """The institution of the recordings, on a copy of its folder, and its program of today."""

    def __init__(self, folder):
        self.folder = shutil.copytree(RECORDED / "published_test_keys", folder)

    def ask(self, *arguments, status=0):
        done = CliRunner().invoke(program, ["--dir", str(self.folder), *map(str, arguments)])
        assert done.exit_code == status, (done.output, done.exception)
        return done.stdout

    def open(self, *arguments, status=0):
        return self.ask(*arguments, "--passphrase-file", self.folder / "passphrase.txt", status=status)


@dataclass(frozen=True)
class Recorded:
    name: str
    sealed: Path
    review: Path

    def events(self):
        return [json.loads(line) for line in (self.review / "events.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return Office(tmp_path_factory.mktemp("office") / "institution")


@pytest.fixture(scope="module", params=SESSIONS)
def recorded(request, office, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    with zipfile.ZipFile(RECORDED / "sessions" / f"{request.param}.zip") as packed:
        packed.extractall(folder / "sealed")
    office.open("export", folder / "sealed", "--out", folder / "review", status=int(request.param in FOUND_SINCE))
    return Recorded(request.param, folder / "sealed", folder / "review")


def test_it_verifies_as_it_did(recorded, office):
    said = expected(recorded.name, "verified.json")
    verified = json.loads(office.ask("verify", recorded.sealed, "--json", status=int(said["verdict"] != "COMPLETE")))
    said, verified = found_since(recorded.name, said, verified)
    assert verified["verdict"] == said["verdict"]
    assert holds(renamed(unworded(said)), unworded(verified))


def spans(stream):
    return [(gap["from_s"], gap["to_s"]) for gap in stream["gaps"]]


def test_it_exports_as_it_did(recorded):
    verdict = json.loads((recorded.review / "verdict.json").read_text(encoding="utf-8"))
    said, verdict = found_since(recorded.name, expected(recorded.name, "verdict.json"), verdict)
    before = renamed(unworded(said))
    # Then the gaps that the recorder had sealed were left out; now they are named too.
    named = {each["stream"]: spans(each) for each in verdict["streams"]}
    for each in before["streams"]:
        for from_s, to_s in spans(each):
            found = covered_s((max(begin, from_s), min(end, to_s)) for begin, end in named[each["stream"]])
            assert found > to_s - from_s - LEAST_S, "what was a gap is one still"
        del each["gaps"]
    assert holds(before, unworded(verdict))
    files = [file for file in recorded.review.iterdir() if file.suffix in {".mkv", ".mka"}]
    assert {file.name: media(file) for file in files} == expected(recorded.name, "media.json")
    stills = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in recorded.review.glob("stills/*")}
    assert stills == expected(recorded.name, "stills.json")


def test_every_event_comes_out_as_it_was_sealed(recorded):
    sealed = expected(recorded.name, "events.jsonl")
    assert recorded.events() == [as_exported_today(event) for event in sealed]


def test_every_event_is_known_and_said_with_the_same_weight_and_numbers(recorded):
    said = expected(recorded.name, "sentences.jsonl")
    for event, (weight, sentence) in zip(recorded.events(), said, strict=True):
        now = words(read_line(json.dumps(event).encode()))
        assert now.known, event
        assert (now.weight, numbers(now.sentence)) == (weight, numbers(sentence)), (event, sentence, now.sentence)


def test_the_report_has_the_same_rows_at_the_same_times_and_levels(recorded):
    rows = REPORT_ROW.findall((recorded.review / "report.html").read_text(encoding="utf-8"))
    assert [[time, level] for level, time in rows] == [row[:2] for row in expected(recorded.name, "report.jsonl")]


def test_the_rules_find_the_same_incidents_again(recorded, office):
    again = json.loads(office.open("replay", recorded.sealed, "--json"))
    said = expected(recorded.name, "redetected.json")
    # A rule has the name of its setting now, and so has its switch.
    for incident in said["incidents"]:
        incident["rule"] = rule_name(incident["rule"])
    switches = {"presence": "face_presence", "people": "people_count", "speech": "voice"}
    said["rules"] = {switches.get(name, name): value for name, value in said["rules"].items()}
    assert holds(said, again)


def test_the_recordings_hold_every_kind_of_event():
    assert {event["event"] for name in SESSIONS for event in expected(name, "events.jsonl")} == EVENTS


@pytest.mark.parametrize("stream", CLIPS)
def test_a_disclosed_clip_is_authentic_and_shows_what_it_did(stream, office, tmp_path):
    clip, said = RECORDED / "clips" / f"{stream}.clip", expected("clips", f"{stream}.json")
    assert holds(unworded(said["verified"]), unworded(json.loads(office.ask("verify", clip, "--json"))))
    assert json.loads(office.ask("export", clip, "--out", tmp_path / "clip", "--json"))["files"] == said["files"]


@pytest.fixture
def pins(tmp_path):
    """The client's memory as it was; a copy, because it remembers what is opened."""
    return InstitutionPins(Path(shutil.copy(RECORDED / "client" / "institutions.json", tmp_path)))


@pytest.mark.parametrize("path", EXAM_FILES, ids=lambda path: path.stem)
def test_an_exam_file_opens_under_the_pins_of_then(path, pins):
    data = path.read_bytes()
    terms = terms_of(data)
    exam = read_exam_file(data, pins, terms.valid_from + timedelta(days=1))
    assert holds(json.loads(exam.settings_bytes), exam.settings.model_dump(mode="json"))
    assert not exam.first_seen
    with pytest.raises(ExamExpired):
        read_exam_file(data, pins, terms.valid_until + timedelta(seconds=1))


def test_an_exam_file_is_refused_where_the_institution_is_not_known(tmp_path):
    data = EXAM_FILES[0].read_bytes()
    with pytest.raises(UnknownInstitution):
        read_exam_file(data, InstitutionPins(tmp_path / "pins.json"), terms_of(data).valid_from)


def test_there_are_exam_files_with_every_setting_and_with_accommodations():
    documents = [json.loads(frame(path.read_bytes()).settings_bytes) for path in EXAM_FILES]
    assert all(any(document["lockdown"].values()) for document in documents)
    (every, granted) = (each for each in documents if each["exam"]["id"] == "every-setting")
    assert None not in every["lockdown"].values()
    assert every["exam"]["duration_min"] == 90
    assert granted["accommodations"]["detection_time_factor"] == 2.5


def test_an_attempt_that_was_interrupted_then_goes_on(tmp_path):
    shutil.copy(RECORDED / "client" / "interrupted-attempt.json", tmp_path)
    store = AttemptStore(tmp_path)
    attempt = store.unfinished("demo-college", "algebra-2")
    assert attempt is not None
    assert attempt.next_take == 3
    assert attempt.t0_ns is not None
    assert holds(
        json.loads((RECORDED / "client" / "interrupted-attempt.json").read_text(encoding="utf-8")),
        attempt.model_dump(mode="json"),
    )


def terms_of(data):
    """What was signed about an exam file, unchecked: the test needs to know when it is valid."""
    comment = next(line for line in frame(data).signature.splitlines() if line.startswith("trusted comment: "))
    return SignedTerms.parse(comment.removeprefix("trusted comment: "))
