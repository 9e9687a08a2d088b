"""The verdict on a recording, and its moments, in words for people; window, report and terminal say the same."""

from __future__ import annotations

from crypto.verdict import Verdict
from resources.language import N_, _

_MEANINGS = {
    Verdict.COMPLETE: N_(
        "The recording is whole and unchanged: from its start to its end, everything is as it was sealed during the "
        "exam."
    ),
    Verdict.INTERRUPTED: N_(
        "What is here is unchanged since it was sealed during the exam, but the recording was interrupted: it has a "
        "break, or stops before its end. This alone does not say why."
    ),
    Verdict.TAMPERED: N_(
        "Something was changed, added or taken away after it was sealed, by hand or by damage. Only what is provably "
        "authentic is shown; the rest is named and left out."
    ),
}


def about() -> str:
    """What a verdict is about, and what it is not."""
    return _("This is about the recording, not about the person. Software has decided nothing here.")


def meaning(verdict: Verdict) -> str:
    """What a verdict says about the recording."""
    return _(_MEANINGS[verdict])
