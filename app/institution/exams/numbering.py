"""Which version and edition of an exam a newly signed file is.

A version is what an exam's settings and times say: client and endpoint take no older one. What one person is granted is
an edition of a version, beside the file for everybody, so that either opens on a machine where the other was opened.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.policy.accommodations import AccommodationSettings
from app.policy.document import ExamSettings
from app.policy.errors import SettingsInvalid
from app.policy.exam_file import SignedExam


def next_number(signed: Sequence[SignedExam], settings: ExamSettings, *, personal: bool) -> tuple[int, int]:
    """Sequence and edition for `settings`, where `signed` are all files of the exam so far.

    A `personal` file joins the newest version where its settings are the same but for what is granted. A file for
    everybody is a version of its own, unless the newest one has personal files of these settings only.
    """
    newest = max((each.terms.sequence for each in signed), default=0)
    files = [each for each in signed if each.terms.sequence == newest]
    joins = bool(files) and all(_without_accommodations(each) == _shared(settings) for each in files)
    editions = [each.terms.edition for each in files]
    if personal:
        return (newest, 1 + max(editions)) if joins else (newest + 1, 1)
    return (newest, 0) if joins and 0 not in editions else (newest + 1, 0)


def _shared(settings: ExamSettings) -> ExamSettings:
    return settings.model_copy(update={"accommodations": AccommodationSettings()})


def _without_accommodations(signed: SignedExam) -> ExamSettings | None:
    try:
        return _shared(signed.settings())
    except SettingsInvalid:
        return None
