"""What SESSION means: a folder, parts of an attempt in it, or an id at the endpoint that is copied first."""

import json
import shutil
from hashlib import sha256

import pytest

from app.institution.copies.fetching import is_id
from app.institution.copies.local_copies import in_folder, takes_of
from app.institution.errors import EndpointFailure, UnknownName, UsageError
from app.institution.recordings.attempt import examine
from crypto.verdict import Verdict
from tests.unit.institution.copies.library import ATTEMPT, INSTITUTION, SID, copied, fetched, files

OTHER = "3f0c8a52-6f0e-4b7a-9a53-0d6f2a1c9b12"


@pytest.fixture
def library(shared, sealed):
    """Lists both takes of the attempt, and a session of another."""
    shared.forget()
    takes = [{"sid": sid, "attempt": ATTEMPT, "pk0": "ab" * 32, "log_records": 4} for sid in sealed]
    shared.lists(*takes, {"sid": f"{OTHER}.0", "attempt": OTHER, "deleted_at": "2026-11-29"})
    for sid, objects in sealed.items():
        shared.shelves(sid, objects)
    return shared


def test_a_copy_holds_every_object_and_one_log_and_verifies(library, sealed, tmp_path):
    take, _ = fetched(library, SID, tmp_path)
    assert files(tmp_path / SID) == copied(sealed[SID])
    assert sorted(each.name for each in tmp_path.glob(f"{SID}*")) == [SID, f"{SID}.witness.json"]
    assert (take.label, take.pk0, take.log_records, take.signed) == (SID, bytes.fromhex("ab" * 32), 4, None)


def test_an_attempts_id_means_all_its_sessions(library, tmp_path):
    takes = fetched(library, ATTEMPT, tmp_path)
    assert [take.label for take in takes] == [SID, f"{ATTEMPT}.1"]
    for take in takes:
        assert examine([take]).takes[0].report.verdict is not Verdict.INTERRUPTED


def test_log_records_are_joined_by_number_however_they_are_listed(library, sealed, tmp_path):
    library.shelves(SID, dict(reversed(sealed[SID].items())))
    fetched(library, SID, tmp_path)
    assert files(tmp_path / SID) == copied(sealed[SID])


def test_what_is_here_as_it_is_listed_is_not_fetched_again(library, sealed, tmp_path):
    fetched(library, SID, tmp_path)
    segment = tmp_path / SID / "seg" / "00-00000001.isg"
    segment.write_bytes(segment.read_bytes()[:-1] + b"?")
    (tmp_path / SID / "keys.isf").unlink()
    library.asked.clear()
    fetched(library, SID, tmp_path)
    again = {path for path in library.asked if not path.endswith("objects") and "?" not in path}
    assert again == {f"/v1/sessions/{SID}/{part}" for part in ("s00/1", "keys/0")}
    assert files(tmp_path / SID) == copied(sealed[SID])


def test_progress_is_told_object_by_object(library, sealed, tmp_path):
    said = []
    fetched(library, SID, tmp_path, lambda done, every: said.append((done, every)))
    count = len(sealed[SID])
    assert said == 2 * [(number, count) for number in range(1, count + 1)], "for each of the two parts"


def test_what_the_endpoint_witnessed_is_written_beside_the_copy(library, sealed, tmp_path):
    library.shelves(SID, sealed[SID], receipts=["one", "two"])
    fetched(library, SID, tmp_path)
    beside = json.loads((tmp_path / f"{SID}.witness.json").read_text())
    assert beside.pop("session")["sid"] == SID
    digests = {f"{part}_sha256": sha256(sealed[SID][f"{part}.isf"]).hexdigest() for part in ("header", "keys")}
    assert beside == {
        **{"pk0": "ab" * 32, "log_records": 4, "receipts": ["one", "two"], "fetched_from": library.url},
        **{"other_attempts": [], **digests},
    }


@pytest.mark.parametrize(
    ("wanted", "error", "sentence"),
    [
        ("algebra", UsageError, "“algebra” is neither a folder nor the id of an attempt or session"),
        (f"{ATTEMPT}.7", UnknownName, f"no session “{ATTEMPT}.7” of “{INSTITUTION}”"),
        (OTHER, UnknownName, f"{OTHER}.0 was deleted on 2026-11-29"),
    ],
)
def test_what_cannot_be_fetched_is_said_and_nothing_is_written(library, tmp_path, wanted, error, sentence):
    with pytest.raises(error, match=sentence):
        fetched(library, wanted, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_endpoint_cannot_write_outside_the_folder_or_under_two_names(library, sealed, tmp_path):
    library.lists({"sid": "../../x", "attempt": ATTEMPT})
    with pytest.raises(EndpointFailure, match="a session whose name is not valid"):
        fetched(library, ATTEMPT, tmp_path)
    library.lists({"sid": SID, "attempt": ATTEMPT})
    (listed,) = library.shelves(SID, {"keys.isf": b"k"})
    for change, sentence in (
        ({"name": "../keys.isf"}, "whose name is not valid"),
        ({"track": "s99"}, "whose name is not valid"),
        ({"seq": 1, "track": "log"}, "under two names"),
    ):
        library.relists(SID, [{**listed, **change}])
        with pytest.raises(EndpointFailure, match=f"an object of {SID} {sentence}"):
            fetched(library, SID, tmp_path)
    assert list(tmp_path.rglob("*")) == []


def test_ids_are_those_of_attempts_and_sessions():
    assert is_id(ATTEMPT)
    assert is_id(SID)
    assert not is_id("algebra-1")


@pytest.fixture
def folder(tmp_path):
    """A folder with two takes of an attempt, and beside them what is no take."""
    for take in (0, 1):
        (tmp_path / f"{ATTEMPT}.{take}" / "seg").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "header.txt").write_text("")
    return tmp_path


def labels(takes):
    return [take.label for take in takes]


def test_a_folder_of_takes_and_one_of_them_mean_the_whole_attempt(folder):
    for path in (folder, folder / f"{ATTEMPT}.0", folder / f"{ATTEMPT}.1"):
        assert labels(in_folder(path)) == [f"{ATTEMPT}.0", f"{ATTEMPT}.1"]


@pytest.mark.parametrize("rest", ["header.isf", "keys.isf", "log.isf", "seg", "log"])
def test_whatever_is_left_of_a_take_makes_it_one(tmp_path, rest):
    (tmp_path / "x" / rest).mkdir(parents=True)
    assert labels(in_folder(tmp_path / "x")) == ["x"]
    assert labels(in_folder(tmp_path)) == ["x"]


def test_a_folder_without_takes_or_of_several_attempts_is_refused_and_they_are_named(folder):
    with pytest.raises(UnknownName, match=r"other” holds no sealed session \(header\.isf"):
        in_folder(folder / "other")
    (folder / f"{OTHER}.0" / "seg").mkdir(parents=True)
    with pytest.raises(UnknownName, match=f"sessions of several attempts; name one of them: {ATTEMPT}, {OTHER}$"):
        in_folder(folder)


def test_a_folder_that_is_not_named_as_a_take_belongs_to_no_attempt(folder):
    for name in ("copy", f"{OTHER}.01", f"{OTHER}.10000"):
        (folder / name / "seg").mkdir(parents=True)
    assert len(in_folder(folder)) == 5


def test_takes_of_an_attempt_or_one_of_them_are_found_by_name(folder):
    (folder / f"{OTHER}.0").mkdir()
    (folder / f"{ATTEMPT}.witness.json").write_text("{}")
    assert labels(takes_of(folder, ATTEMPT)) == [f"{ATTEMPT}.0", f"{ATTEMPT}.1"]
    assert labels(takes_of(folder, f"{ATTEMPT}.1")) == [f"{ATTEMPT}.0", f"{ATTEMPT}.1"]
    assert takes_of(folder, "3f0c") == ()
    assert takes_of(folder / "missing", ATTEMPT) == ()


@pytest.mark.parametrize("beside", ["", "[]", '{"pk0": 3}', '{"pk0": "no hex"}'])
def test_a_witness_that_cannot_be_read_is_none(folder, beside):
    (folder / f"{SID}.witness.json").write_text(beside)
    take = in_folder(folder)[0]
    assert (take.label, take.pk0, take.log_records, take.signed) == (SID, None, None, None)


def test_a_witness_may_know_less_or_more_than_this_version(folder):
    (folder / f"{SID}.witness.json").write_text('{"log_records": 5, "weather": "fine"}')
    take = in_folder(folder)[0]
    assert (take.pk0, take.log_records) == (None, 5)


def test_the_witness_is_found_whatever_way_the_folder_is_named(folder, monkeypatch):
    (folder / f"{SID}.witness.json").write_text('{"log_records": 5}')
    monkeypatch.chdir(folder / SID)
    take, _ = in_folder(type(folder)())
    assert (take.label, take.log_records) == (SID, 5)
    shutil.rmtree(folder / f"{ATTEMPT}.1")
    assert labels(in_folder(folder)) == [SID]
