"""Sealed takes, and an endpoint's library that gives them."""

import pytest

from crypto.keys import RecipientPrivate
from tests.unit.institution.conftest import seal_take
from tests.unit.institution.copies.library import ATTEMPT, Library, objects_of

RECIPIENT = RecipientPrivate.generate("algebra-1.1").public


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """Two takes of one attempt: {sid: objects}."""
    folder = tmp_path_factory.mktemp("sealed")
    rows = {"events": [(float(n), b'{"event": "began"}\n' * (n + 1)) for n in range(3)]}
    first, hid = seal_take(folder, RECIPIENT, rows, attempt=ATTEMPT)
    second, _ = seal_take(folder, RECIPIENT, rows, attempt=ATTEMPT, take=1, previous=hid)
    return {path.name: objects_of(path) for path in (first, second)}


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    library = Library(tmp_path_factory.mktemp("library"))
    yield library
    library.script.close()
