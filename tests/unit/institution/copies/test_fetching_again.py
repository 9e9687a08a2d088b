"""An endpoint that gives something else than before: nothing better is lost, and both are kept where they differ."""

import os
import shutil

import pytest

from app.institution.copies.fetching import KEPT
from app.institution.finding_codes import AttemptFinding
from tests.unit.institution.conftest import seal_take
from tests.unit.institution.copies.conftest import RECIPIENT
from tests.unit.institution.copies.library import ATTEMPT, SID, copied, fetched, files, objects_of

SECOND = f"{ATTEMPT}.1"
LISTED = {"sid": SID, "attempt": ATTEMPT}


@pytest.fixture
def library(shared, sealed):
    """Lists and gives the first take of the attempt."""
    shared.forget()
    shared.lists({**LISTED, "log_records": 4})
    shared.shelves(SID, sealed[SID])
    return shared


def found(takes):
    return [(each.code, each.where, dict(each.facts)) for take in takes for each in take.operators]


def kept_of(folder):
    """The one version that is kept apart, as (its digest, its folder)."""
    (version,) = (folder / KEPT).iterdir()
    return version.name, version / SID


def test_a_shorter_log_is_kept_apart_and_what_was_fetched_stays(library, sealed, tmp_path):
    fetched(library, SID, tmp_path)
    fewer = {
        name: data for name, data in sealed[SID].items() if not name.startswith(("log/00000003", "seg/00-00000002"))
    }
    library.shelves(SID, fewer)
    said = []
    takes = fetched(library, SID, tmp_path, lambda done, every: said.append((done, every)))
    digest, kept = kept_of(tmp_path)
    assert found(takes) == [
        (AttemptFinding.ENDPOINT_SHORTER, SID, {"here": 4, "given": 3, "kept": f"{KEPT}/{digest}/{SID}"})
    ]
    assert said[-1] == (len(fewer), len(fewer))
    assert files(tmp_path / SID) == copied(sealed[SID])
    # Objects that are here as they are listed are not stored a second time.
    assert files(kept) == {name: copied(fewer)[name] for name in ("header.isf", "log.isf")}
    assert (kept.parent / f"{SID}.witness.json").exists()


def test_another_session_under_the_name_mends_nothing_and_is_kept_whole_once(library, sealed, tmp_path):
    fetched(library, SID, tmp_path)
    path, _ = seal_take(tmp_path / "other", RECIPIENT, {"events": [(0.0, b"x")]}, attempt=ATTEMPT)
    other = objects_of(path)
    shutil.rmtree(tmp_path / "other")
    library.shelves(SID, other)
    takes = fetched(library, SID, tmp_path)
    _, kept = kept_of(tmp_path)
    assert [code for code, _, _ in found(takes)] == [AttemptFinding.ENDPOINT_OTHER]
    assert files(tmp_path / SID) == copied(sealed[SID])
    assert files(kept) == copied(other)
    library.asked.clear()
    assert found(fetched(library, SID, tmp_path)) == found(takes), "it is recorded once"
    assert not [path for path in library.asked if "/s00/" in path], "what is kept is not fetched again"


def test_a_copy_takes_from_a_shorter_version_what_its_own_log_vouches_for(library, sealed, tmp_path):
    fetched(library, SID, tmp_path)
    lost, spoilt = tmp_path / SID / "seg/00-00000000.isg", tmp_path / SID / "seg/00-00000001.isg"
    lost.unlink()
    spoilt.write_bytes(b"spoilt")
    fewer = {name: data for name, data in sealed[SID].items() if not name.startswith("log/00000003")}
    library.shelves(SID, fewer)
    fetched(library, SID, tmp_path)
    assert files(tmp_path / SID) == copied(sealed[SID])


def test_an_object_that_is_no_longer_what_was_sealed_is_kept_apart(library, sealed, tmp_path):
    fetched(library, SID, tmp_path)
    library.shelves(SID, {**sealed[SID], "seg/00-00000001.isg": b"altered", "keys.isf": b"edited"})
    takes = fetched(library, SID, tmp_path)
    digest, kept = kept_of(tmp_path)
    where = f"{KEPT}/{digest}/{SID}"
    assert sorted(found(takes), key=str) == [
        (AttemptFinding.ENDPOINT_OBJECT, SID, {"object": name, "kept": where})
        for name in ("keys.isf", "seg/00-00000001.isg")
    ]
    assert files(tmp_path / SID) == copied(sealed[SID])
    assert files(kept)["seg/00-00000001.isg"] == b"altered"
    assert files(kept)["keys.isf"] == b"edited"


def test_what_was_spoilt_here_is_mended_and_is_no_contradiction(library, sealed, tmp_path):
    fetched(library, SID, tmp_path)
    (tmp_path / SID / "seg/00-00000001.isg").write_bytes(b"spoilt")
    (tmp_path / SID / "header.isf").write_bytes(b"spoilt")
    assert found(fetched(library, SID, tmp_path)) == []
    assert files(tmp_path / SID) == copied(sealed[SID])
    assert not (tmp_path / KEPT).exists()


def test_a_take_that_the_endpoint_lists_no_longer_is_said_where_it_came_from_it(library, sealed, tmp_path):
    library.lists(LISTED, {"sid": SECOND, "attempt": ATTEMPT})
    library.shelves(SECOND, sealed[SECOND])
    fetched(library, ATTEMPT, tmp_path)
    library.lists(LISTED)
    first, second = fetched(library, ATTEMPT, tmp_path)
    assert (found([first]), found([second])) == ([], [(AttemptFinding.ENDPOINT_LACKS, SECOND, {})])
    assert (first.fetched, second.fetched) == (True, False)
    # Of a take that lay here and was never fetched from there, nothing is said.
    (tmp_path / f"{SECOND}.witness.json").unlink()
    first, second = fetched(library, ATTEMPT, tmp_path)
    assert (second.label, found([second])) == (SECOND, [])


@pytest.mark.parametrize(
    ("theirs", "others"),
    [
        ({"exam": "e", "candidate": "c"}, ("b", "d")),
        ({"exam": "e", "candidate": "other"}, ()),
        ({"exam": "e"}, ()),
        ({"candidate": "c"}, ()),
    ],
)
def test_other_attempts_are_those_of_the_same_candidate_in_the_same_exam(library, tmp_path, theirs, others):
    same = {"exam": "e", "candidate": "c"}
    library.lists(
        {**LISTED, **theirs},
        *({"sid": f"{name}.{take}", "attempt": name, **same} for name in "bd" for take in (0, 1)),
        {"sid": "z.0", "attempt": "z", "exam": "e"},
        {"sid": "y.0", "attempt": "y", "candidate": "c"},
    )
    (take,) = fetched(library, SID, tmp_path)
    assert take.other_attempts == others


def test_copies_are_for_everybody_who_may_enter_the_folder(library, tmp_path):
    before = os.umask(0o022)
    try:
        fetched(library, SID, tmp_path)
    finally:
        os.umask(before)
    assert {each.stat().st_mode & 0o777 for each in tmp_path.rglob("*") if each.is_file()} == {0o644}
