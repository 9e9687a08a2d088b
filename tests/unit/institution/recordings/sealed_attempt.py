"""One attempt, sealed take after take as a test wants them."""

import uuid

from app.institution.copies.local_copies import take_in
from app.institution.recordings.attempt import examine
from crypto.keys import RecipientPrivate
from tests.unit.institution.conftest import seal_take

RECIPIENT = RecipientPrivate.generate("algebra-1.1").public


def piece(*at_s):
    """Pieces of a stream that begin then."""
    return [(at, b"x" * 100) for at in at_s]


class Attempt:
    """One attempt whose takes are sealed one after the other."""

    def __init__(self, folder):
        self.folder = folder
        self.id = str(uuid.uuid4())
        self._hid = None

    def take(self, number, *, previous=None, attempt=None, **streams_and_facts):
        streams = {n: rows for n, rows in streams_and_facts.items() if isinstance(rows, list)}
        facts = {n: fact for n, fact in streams_and_facts.items() if n not in streams}
        path, self._hid = seal_take(
            self.folder,
            RECIPIENT,
            streams,
            attempt=attempt or self.id,
            take=number,
            previous=previous or (self._hid if number else None),
            **facts,
        )
        return path

    def report(self, institution=None, **asked):
        found = [take_in(each) for each in sorted(self.folder.iterdir()) if each.is_dir()]
        return examine(found, institution, **asked)
