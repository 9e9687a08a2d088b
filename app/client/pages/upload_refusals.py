"""Words for what an endpoint refuses: from its own word for why to one sentence with the code for support."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.wire.refusals import RefusalKind
from resources.language import N_, _, isolate

_RECORD = ("Q-07", N_("A record of the recording does not continue those that the endpoint has."))
REFUSED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        RefusalKind.START_REFUSED: ("Q-01", N_("The recording says that it began when this exam cannot be taken.")),
        RefusalKind.NONCE_REFUSED: (
            "Q-02",
            N_("The recording is without the number that the endpoint gave this attempt."),
        ),
        RefusalKind.CANDIDATE_REFUSED: ("Q-03", N_("The recording names another candidate than the admission.")),
        RefusalKind.SETTINGS_REFUSED: ("Q-04", N_("The recording names other settings than the signed ones.")),
        RefusalKind.SESSION_ENDED: ("Q-05", N_("A part came after the end of its recording.")),
        RefusalKind.HEADER_REFUSED: ("Q-06", N_("The beginning of the recording is not one of this attempt.")),
        RefusalKind.LOG_REFUSED: _RECORD,
        RefusalKind.LOG_OUT_OF_ORDER: _RECORD,
        RefusalKind.CONFLICT: ("Q-08", N_("The endpoint has another content in the place of a part.")),
        RefusalKind.SIGNATURE_REFUSED: (
            "Q-09",
            N_("The endpoint does not serve the institution that has signed the exam file."),
        ),
        RefusalKind.OUT_OF_TIME: ("Q-10", N_("The endpoint takes no recordings of this exam at this time.")),
        RefusalKind.TICKET_REFUSED: ("Q-12", N_("The endpoint does not accept this candidate's ticket.")),
        RefusalKind.NOT_ALLOWED: ("Q-11", N_("The endpoint knows this attempt for something else.")),
    }
)
_ANY_OTHER = ("Q-00", N_("The endpoint refused a part of the recording ({kind})."))


def refusal_sentence(kind: str) -> str:
    """Return what the endpoint refuses, the code, and that nothing is lost by it."""
    code, sentence = REFUSED.get(kind, _ANY_OTHER)
    kept = _("It is kept on this computer ({code}).").format(code=isolate(code))
    return f"{_(sentence).format(kind=isolate(kind))} {kept}"
