"""Settings that contradict themselves are refused at signing, each with what to write instead."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.institution.exams.contradictions import contradictions
from app.policy.document import parse_settings
from tests.unit.institution.exams.conftest import authority, endpoint

NOTHING = {"policy": "warn", "deny_remote_control": False}
PROGRAM = {"title": "Notes", "executable": "notes"}
CONTRADICTORY = {
    "hand_in is the start": ({"hand_in": "https://exams.example.edu/quiz"}, "hand_in", "hand the exam in at once"),
    "hand_in is the start in another spelling": (
        {"hand_in": "https://EXAMS.example.edu.:443/%71uiz"},
        "hand_in",
        "hand the exam in at once",
    ),
    "hand_in with the start's own query": (
        {"start_url": "https://exams.example.edu/quiz?a=1", "hand_in": "https://exams.example.edu/quiz?a=1"},
        "hand_in",
        "hand the exam in at once",
    ),
    "hand_in is a part of a page": ({"hand_in": "https://exams.example.edu/done#end"}, "hand_in", "not compared"),
    "retention 0": ({"retention": {"days": 0}}, "retention.days", "Write 1 or more"),
    "http": ({"start_url": "http://exams.example.edu/"}, "start_url", "not encrypted"),
    "http rule": ({"allowed": ["http://exams.example.edu/"]}, "allowed.0", "not encrypted"),
    "ftp": ({"start_url": "ftp://exams.example.edu/"}, "start_url", "begins with ftp"),
    "a program of no name": (
        {"lockdown": {"processes": {"policy": "warn", "deny": [{"title": "a\u202eb", "executable": "x"}]}}},
        "lockdown.processes.deny.0.title",
        "U+202E",
    ),
    "nothing denied": ({"lockdown": {"processes": NOTHING}}, "lockdown.processes.deny", "nothing would be found"),
    "denied and allowed": (
        {"lockdown": {"processes": {"policy": "warn", "deny": [PROGRAM], "allow": [PROGRAM]}}},
        "lockdown.processes.deny.0",
        "never found",
    ),
    "speech that never fits": (
        {"detection": {"voice": True, "limits": {"speech_s": 5, "speech_window_s": 2}}},
        "detection.limits.speech_s",
        "never fit",
    ),
    "hold by nobody": ({"lockdown": {"storage": "hold"}}, "lockdown.storage", "release_keys"),
    "seen without a camera": ({"recording": {"camera": None}, "checks": {"face": True}}, "checks.face", "camera"),
    "heard without one": ({"recording": {"microphone": None}, "detection": {"voice": True}}, "detection.voice", "off"),
    "live": ({"proctoring": "live"}, "proctoring", "automated"),
    "extra time to nothing": (
        {"accommodations": {"extra_time_min": 10}},
        "accommodations.extra_time_min",
        "exam.duration_min",
    ),
}


@pytest.mark.parametrize("kind", CONTRADICTORY)
def test_a_draft_that_contradicts_itself_leaves_no_exam_behind(office, whole, kind):
    """Failed before for everything but the last seven: the settings were saved, and signed without a word."""
    changes, key, said = CONTRADICTORY[kind]
    result = office.draft("contradictory", whole(changes))
    assert result.exit_code == 1, result.output
    assert f"{key}: " in result.output
    assert said in result.output
    assert not (office.folder / "exams" / "contradictory").exists()


@pytest.mark.parametrize(
    "title", [" ", "\u00a0", "\u3164", "\u200e", "Exam\x07", "a\u202eb", "a\u2066b", "x\u200by", ""]
)
def test_a_title_that_nobody_can_read_is_refused(office, whole, title):
    """Failed before: a space, a bell and turned letters were signed and shown to test takers."""
    result = office.draft("contradictory", whole(), title)
    assert result.exit_code == 1, result.output
    assert "--title: " in result.output


@pytest.mark.parametrize("title", ["Prüfung", "数学 I", "امتحان", "מבחן \u200e(1)", "میان\u200cترم", "👩\u200d🎓"])
def test_a_title_in_any_script_is_taken(document_of, title):
    assert contradictions(document_of({"exam": {"id": "a", "title": title}})) == ()


@pytest.fixture
def document_of(office, whole):
    """Whole settings, as a client reads them."""
    result = office.draft("readable", whole())
    path = office.folder / "exams" / "readable" / "settings.json"
    assert result.exit_code == 0 or path.exists(), result.output
    document = json.loads(path.read_text())
    return lambda changes: parse_settings(json.dumps({**document, **changes}).encode())


def test_every_text_of_the_document_is_looked_at(document_of):
    """Each leaf that holds a text is refused where it turns letters around."""
    settings = document_of({"lockdown": {"processes": {"policy": "warn", "deny": [PROGRAM]}}})
    for place in (("institution", "name"), ("exam", "title"), ("lockdown", "processes", "deny", 0, "title")):
        document = settings.model_dump(mode="json")
        at = document
        for part in place[:-1]:
            at = at[part]
        at[place[-1]] = "a\u202eb"
        assert [each.place for each in contradictions(parse_settings(json.dumps(document).encode()))] == [place]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--until", "2026-01-01T00:00:00Z", "--from", "2025-12-01T00:00:00Z"), "over since 1 January 2026, 00:00 UTC"),
        (("--until", "2026-01-01T00:00:00Z"), "--until: The exam would be over since 1 January 2026"),
        (("--until", "2060-01-01T00:00:00Z", "--from", "2060-02-01T00:00:00Z"), "--until: The exam would be over at"),
        (("--deliver-until", "2026-01-01T00:00:00Z"), "--deliver-until: Recordings would be taken until"),
        (("--until", "9999-12-31T23:59:59Z"), "more than ten years"),
        (("--from", "9999-12-01T00:00:00Z"), "more than ten years"),
        (("--from", "0001-01-01T00:00:00+14:00"), "no year that can be signed"),
        (("--deliver-until", "9000-01-01T00:00:00Z"), "--deliver-until: "),
        (("--until", "2026-13-01T00:00:00Z"), "is no time"),
        (("--until", "2027-01-01"), "no time zone"),
    ],
)
def test_a_time_in_which_nobody_can_sit_the_exam_is_refused(office, whole, arguments, said):
    """Failed before: an exam over since January was signed, the year 9999 ended in OverflowError."""
    if not (office.folder / "exams" / "timed").exists():
        assert office.draft("timed", whole()).exit_code == 0
    result = office("exam", "sign", "timed", *arguments)
    assert result.exit_code in (1, 2), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert said in result.output
    assert not list((office.folder / "exams" / "timed").glob("*.invigilo"))


def test_an_exam_longer_than_its_validity_is_refused(office, whole):
    """Failed before: who had to begin again after an hour was told that the exam is over."""
    assert office.draft("long", whole({"exam": {"duration_min": 120}})).exit_code == 0
    begins = datetime.now(UTC)
    ends = (begins + timedelta(minutes=90)).isoformat()
    result = office("exam", "sign", "long", "--from", begins.isoformat(), "--until", ends)
    assert result.exit_code == 1
    settings = office.folder / "exams" / "long" / "settings.json"
    line = 1 + next(n for n, line in enumerate(settings.read_text().splitlines()) if "duration_min" in line)
    assert f"{settings}, line {line}, exam.duration_min: The exam takes 120 minutes" in result.output
    ends = (begins + timedelta(minutes=180)).isoformat()
    short = office("exam", "sign", "long", "--from", begins.isoformat(), "--until", ends, "--deliver-until", ends)
    assert short.exit_code == 1
    assert "recordings are taken until" in short.output
    assert office("exam", "sign", "long", "--from", begins.isoformat(), "--until", ends).exit_code == 0


def test_an_authority_that_has_ended_is_refused_and_one_that_ends_early_is_said(office, whole):
    past, soon = (datetime.now(UTC) + timedelta(days=days) for days in (-1, 20))
    gone = {"delivery": {"endpoints": [endpoint(ca_pem=authority(past))]}}
    assert office.draft("gone", whole(gone)).exit_code == 0
    result = office("exam", "sign", "gone")
    assert result.exit_code == 1
    assert "delivery.endpoints.0.ca_pem: The certificate authority ended" in result.output
    assert office.draft("soon", whole({"delivery": {"endpoints": [endpoint(ca_pem=authority(soon))]}})).exit_code == 0
    result = office("exam", "sign", "soon")
    assert result.exit_code == 0
    assert "before deliveries do" in result.output


def test_what_may_be_meant_is_said_and_signed(office, whole):
    """Failed before: with no rule every link was “not part of the exam”, and nobody was told."""
    odd = whole({"allowed": [], "start_url": "http://127.0.0.1:45000/"})
    assert office.draft("odd", odd).exit_code == 0
    result = office("exam", "sign", "odd")
    assert result.exit_code == 0
    assert "allowed: Nothing is allowed but the start page itself" in result.output
    assert "start_url: This address leads to the test taker's own machine" in result.output
    told = json.loads(office("exam", "sign", "odd", "--json").output)
    assert {"key": "allowed", "code": "only_the_start_opens"} in told["notes"]
    assert office.draft("even", whole()).exit_code == 0
    assert "Please note" not in office("exam", "sign", "even").output


def test_addresses_of_what_the_window_does_not_show_are_said(office, whole):
    """Failed before: an exam of MP4 films was signed without a word, and its players stayed empty."""
    at = "https://exams.example.edu/quiz/"
    named = [f"{at}film.MP4", f"{at}talk.m4a", f"{at}paper.pdf", f"{at}film.webm", f"{at}mp4", "https://*.example.edu/"]
    assert office.draft("film", whole({"allowed": named, "pdf": False})).exit_code == 0
    assert "allowed.0: The exam window does not play H.264 or AAC" in office("exam", "sign", "film").output
    told = json.loads(office("exam", "sign", "film", "--json").output)["notes"]
    assert told == [
        {"key": "allowed.0", "code": "media_not_played"},
        {"key": "allowed.1", "code": "media_not_played"},
        {"key": "allowed.2", "code": "pdf_not_shown"},
    ]
