"""Takes seen together: one verdict for all, what does not belong together, and where nothing was recorded."""

import shutil

import pytest

from app.institution.errors import CannotOpen
from app.institution.finding_codes import AttemptVerdict
from app.institution.keys.institution import InstitutionFolder, InstitutionRecord
from app.institution.recordings.attempt import missing_takes, sealed_to
from app.institution.recordings.exam_key_of import exam_of, key_of, names_of, title_of
from app.institution.recordings.take_gaps import TakeGap, seconds
from app.institution.recordings.verdict_explained import first_bad, missing
from app.institution.wording.findings import finding_sentence
from crypto.verdict import Verdict
from tests.unit.institution.recordings.sealed_attempt import Attempt, piece

PASSPHRASE = "six plain words for a test"


@pytest.fixture
def attempt(tmp_path):
    return Attempt(tmp_path / "sealed")


def test_one_whole_take_is_complete(attempt):
    path = attempt.take(0, events=piece(0, 1))
    report = attempt.report()
    assert (report.verdict, report.findings, report.gaps) == (AttemptVerdict.COMPLETE, (), ())
    assert report.attempt == attempt.id
    (take,) = report.takes
    assert (take.label, take.number, take.log_records) == (path.name, 0, 3)


def test_a_take_that_was_not_finished_counts_its_records_without_a_final_one(attempt):
    attempt.take(0, events=piece(0, 1), finish=False)
    report = attempt.report()
    assert (report.verdict, report.takes[0].log_records) == (AttemptVerdict.INTERRUPTED, 2)


def test_several_whole_takes_are_interrupted_and_so_is_one_that_is_not_the_first(attempt):
    attempt.take(0, events=piece(0))
    attempt.take(1, events=piece(9))
    report = attempt.report()
    assert [take.number for take in report.takes] == [0, 1]
    assert [take.report.verdict for take in report.takes] == [Verdict.COMPLETE, Verdict.COMPLETE]
    assert (report.verdict, report.findings) == (AttemptVerdict.INTERRUPTED, ())
    shutil.rmtree(attempt.folder / f"{attempt.id}.0")
    report = attempt.report()
    assert (report.verdict, missing_takes(report)) == (AttemptVerdict.INTERRUPTED, (0,))
    assert missing(report) == ("part 1",)


def test_the_worst_take_decides(attempt):
    attempt.take(0, events=piece(0))
    bad = attempt.take(1, events=piece(9))
    (bad / "seg" / "00-00000000.isg").write_bytes(b"other")
    assert attempt.report().verdict is AttemptVerdict.TAMPERED


def test_takes_are_in_order_of_their_numbers_whatever_their_folders_are_called(attempt):
    first = attempt.take(0, events=piece(0))
    second = attempt.take(1, events=piece(9))
    first.rename(first.with_name("z"))
    second.rename(second.with_name("a"))
    report = attempt.report()
    assert [(take.label, take.number) for take in report.takes] == [("z", 0), ("a", 1)]
    assert [(each.code, each.where) for each in report.findings] == [("misnamed", "z"), ("misnamed", "a")]


@pytest.mark.parametrize(
    ("name", "value", "spoken"),
    [
        ("institution", "other-u", "institution is not that"),
        ("exam", "history", "exam is not that"),
        ("config_sha256", "1" * 64, "exam settings are not those"),
        ("candidate", "c-18", "candidate is not that"),
        ("attempt", "3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b11", "attempt is not that"),
    ],
)
def test_a_take_of_something_else_is_named_with_what_differs(attempt, name, value, spoken):
    attempt.take(0, events=piece(0))
    other = attempt.take(1, events=piece(9), **{name: value})
    report = attempt.report()
    assert report.verdict is AttemptVerdict.TAMPERED
    (finding,) = report.findings
    assert (finding.code, finding.where) == ("take-foreign", other.name)
    assert finding_sentence(finding) == f"{other.name}: its {spoken} of part 1."
    assert first_bad(report) is finding


def test_two_different_takes_of_one_number_are_named(attempt):
    attempt.take(0, events=piece(0))
    (attempt.folder / f"{attempt.id}.0").rename(attempt.folder / "0")
    attempt.take(0, events=piece(0, 1))
    report = attempt.report()
    assert report.verdict is AttemptVerdict.TAMPERED
    finding = next(each for each in report.findings if each.code == "take-twice")
    assert finding.where == f"{attempt.id}.0"
    assert finding_sentence(finding) == f"{attempt.id}.0: there are two different parts 1."


def test_a_take_that_continues_another_than_the_one_here_is_named(attempt):
    attempt.take(0, events=piece(0))
    second = attempt.take(1, events=piece(9), previous="00" * 32)
    (finding,) = attempt.report().findings
    assert (finding.code, finding.where) == ("take-foreign", second.name)
    assert finding_sentence(finding) == f"{second.name}: it continues another part 1 than the one that is here."


def test_a_take_whose_predecessor_is_missing_cannot_be_compared_with_it(attempt):
    attempt.take(0, events=piece(0))
    gone = attempt.take(1, events=piece(9))
    attempt.take(2, events=piece(20))
    shutil.rmtree(gone)
    report = attempt.report()
    assert (report.verdict, report.findings, missing_takes(report)) == (AttemptVerdict.INTERRUPTED, (), (1,))


def test_a_take_without_a_header_is_first_and_compared_with_nothing(attempt):
    whole = attempt.take(0, events=piece(0))
    headless = attempt.take(1, events=piece(9), candidate="c-18")
    (headless / "header.isf").unlink()
    report = attempt.report()
    assert [(take.label, take.number) for take in report.takes] == [(headless.name, -1), (whole.name, 0)]
    assert (report.verdict, report.findings, missing_takes(report)) == (AttemptVerdict.TAMPERED, (), ())
    assert report.attempt == attempt.id, "from the one that can be read"
    assert f"{headless.name}/header.isf" in missing(report)


def test_between_two_takes_each_stream_has_a_gap(attempt):
    attempt.take(0, webcam=piece(0, 4, 8), screen=piece(1, 5), events=piece(0), finish=False)
    attempt.take(1, webcam=piece(20.5, 24), screen=piece(21), events=piece(20))
    gaps = attempt.report().gaps
    assert sorted(gaps, key=lambda gap: gap.stream) == [
        TakeGap("screen", 0, 5_000_000, 21_000_000),
        TakeGap("webcam", 0, 8_000_000, 20_500_000),
    ]


def test_a_stream_that_begins_late_ends_early_or_pauses_for_a_take(attempt):
    attempt.take(0, webcam=piece(0, 4), screen=piece(0), finish=False)
    attempt.take(1, microphone=piece(12), screen=piece(12), finish=False)
    attempt.take(2, microphone=piece(20), webcam=piece(21), finish=False)
    assert set(attempt.report().gaps) == {
        TakeGap("webcam", 0, 4_000_000, 21_000_000),
        TakeGap("microphone", 0, None, 12_000_000),
        TakeGap("microphone", 1, 12_000_000, 20_000_000),
        TakeGap("screen", 0, 0, 12_000_000),
        TakeGap("screen", 1, 12_000_000, None),
    }


def test_a_gap_is_told_in_parts_from_one_and_tenths_of_a_second():
    assert (
        TakeGap("screen", 0, 5_040_000, 21_060_000)
        .sentence()
        .endswith(
            ": after part 1 nothing is recorded for a while; the last piece before begins at 5.0 s, "
            "recording goes on at 21.1 s."
        )
    )
    assert TakeGap("screen", 1, None, 21_000_000).sentence().endswith(": begins only after part 2, at 21.0 s.")
    assert (
        TakeGap("screen", 2, 5_000_000, None).sentence().endswith(": ends with part 3; its last piece begins at 5.0 s.")
    )
    assert seconds(None) == "?"


def test_the_keys_a_recording_is_sealed_to_are_read_as_a_hint(attempt):
    attempt.take(0, events=piece(0))
    damaged = attempt.take(1, events=piece(9))
    (damaged / "keys.isf").write_bytes(b"none")
    assert sealed_to(attempt.report()) == {"algebra-1.1"}


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An institution whose exam has had two keys; the second representative came after the first of them."""
    record = InstitutionRecord(id="example-u", name="Example", iterations=210_000)
    institution = InstitutionFolder.create(tmp_path_factory.mktemp("office") / "institution", record, PASSPHRASE)
    root = institution.root_key(PASSPHRASE)
    institution.add_representative("Bo Chen", "bo", PASSPHRASE, root)
    institution.new_exam_key("algebra-1", root)
    institution.add_representative("Ada Stone", "ada", PASSPHRASE, root)
    institution.replace_exam_key("algebra-1", root)
    return institution


def test_a_recording_is_opened_with_the_key_it_was_sealed_to_or_the_newest(office, attempt):
    keyring = office.keyring()
    older, newer = keyring.keys_of("algebra-1")
    attempt.take(0, events=piece(0))
    assert older.key.kid == "algebra-1.1"
    assert key_of(keyring, "algebra-1", attempt.report()) == older
    (attempt.folder / f"{attempt.id}.0" / "keys.isf").write_bytes(b"none")
    assert key_of(keyring, "algebra-1", attempt.report()) == newer
    assert names_of(office, older.wrapped) == ("Bo Chen",)
    assert names_of(office, newer.wrapped) == ("Bo Chen", "Ada Stone")


def test_the_exam_is_said_by_the_first_header_that_can_be_read(attempt):
    attempt.take(0, events=piece(0))
    second = attempt.take(1, events=piece(9))
    (second / "header.isf").unlink()
    assert exam_of(attempt.report()) == "algebra-1"
    (attempt.folder / f"{attempt.id}.0" / "header.isf").unlink()
    with pytest.raises(CannotOpen, match="no header can be read"):
        exam_of(attempt.report())


def test_an_exam_that_was_never_signed_is_called_by_its_id(office):
    assert title_of(office, "algebra-1") == "algebra-1"


def test_a_stream_that_begins_late_is_missing_until_its_first_piece(attempt):
    attempt.take(0, events=piece(0, 1))
    attempt.take(1, events=piece(2), webcam=piece(3, 4, 5))
    (gap,) = [gap for gap in attempt.report().gaps if gap.stream == "webcam"]
    assert (gap.after_take, gap.from_us, gap.to_us) == (0, None, 3_000_000)


@pytest.mark.parametrize(
    ("told_until_s", "finish", "gap_until_us"),
    [(40, True, None), (40, False, 40_000_000), (90, True, 90_000_000)],
    ids=["closed in order", "cut off", "long after its end"],
)
def test_what_is_told_while_a_recording_is_closed_makes_no_gap_of_its_devices(
    told_until_s, finish, gap_until_us, attempt
):
    recorded = piece(*range(0, 29, 4))
    attempt.take(0, webcam=recorded, screen=recorded, events=piece(0, told_until_s), finish=finish)
    found = {(gap.stream, gap.from_us, gap.to_us) for gap in attempt.report().gaps}
    assert found == ({(name, 28_000_000, gap_until_us) for name in ("webcam", "screen")} if gap_until_us else set())
