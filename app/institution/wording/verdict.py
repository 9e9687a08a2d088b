"""The verdict on a recording, and its moments, in words for people; window, report and terminal say the same."""

from __future__ import annotations

from app.institution.finding_codes import AttemptVerdict
from resources.language import N_, _

_MEANINGS = {
    AttemptVerdict.COMPLETE: N_(
        "The recording is whole and unchanged: from its start to its end, everything is as it was sealed, and nothing "
        "that it was checked against contradicts it."
    ),
    AttemptVerdict.INTERRUPTED: N_(
        "What is here is unchanged since it was sealed, and nothing that it was checked against contradicts it; but "
        "it has a break, stops before its end, or began without a connection to the endpoint. This alone does not say "
        "why."
    ),
    AttemptVerdict.INCONSISTENT: N_(
        "What is here is unchanged since it was sealed, but it does not fit what was asked for, signed, admitted or "
        "given out before; the findings say how. People decide what it is worth."
    ),
    AttemptVerdict.TAMPERED: N_(
        "Something was changed, added or taken away after it was sealed, by hand or by damage. Only what is provably "
        "authentic is shown; the rest is named and left out."
    ),
}


def about() -> str:
    """What a verdict is about, and what it is not."""
    return _("This is about the recording, not about the person. Software has decided nothing here.")


def meaning(verdict: AttemptVerdict) -> str:
    """What a verdict says about the recording."""
    return _(_MEANINGS[verdict])
