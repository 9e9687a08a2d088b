"""The codes of what an endpoint refuses: a part of a recording, or the attempt as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.client.codes.refusals import ErrorCode
from resources.language import N_

_KEEP = N_("Do not remove Invigilo: the part is kept on this computer. Tell your institution the code.")
_TELL = N_("Tell your institution the code. What was recorded is kept on this computer.")

DELIVERY: Mapping[str, ErrorCode] = MappingProxyType(
    {
        "Q-00": ErrorCode(
            N_("The endpoint refused a part of the recording for a reason that has no code of its own."),
            _KEEP,
            N_("The word behind the code is the endpoint's; its log says more at the level DEBUG."),
        ),
        "Q-01": ErrorCode(
            N_("The recording says that it began at no time of the calendar, or more than a day outside the exam's."),
            N_("Set this computer's clock and date right. What was recorded is kept; tell your institution the code."),
            N_("The header's start is made up, or the clock jumped by days during the exam. It is kept as evidence."),
        ),
        "Q-02": ErrorCode(
            N_("The recording is without the number that the endpoint gave this attempt, or has another one."),
            _KEEP,
            N_("An honest client keeps the number. Ask for the folder of sealed parts, and how it was made."),
        ),
        "Q-03": ErrorCode(
            N_("The recording names another candidate than the one the attempt was admitted for."),
            _KEEP,
            N_("Find out who sat at this computer; the refused header is at the endpoint, under “aside”."),
        ),
        "Q-04": ErrorCode(
            N_("The recording or the request for admission names other settings than the ones that were signed."),
            _KEEP,
            N_("Have the exam file downloaded again; compare its SHA-256 with that of the file you signed."),
        ),
        "Q-05": ErrorCode(
            N_("A part came after the end of its recording, and no record of the recording names it."),
            _KEEP,
            N_("The recording at the endpoint is whole without it. Ask where the part came from."),
        ),
        "Q-06": ErrorCode(
            N_("The beginning of the recording cannot be read, or is of another attempt or exam."),
            _KEEP,
            N_("Ask for the folder of sealed parts; the refused header is at the endpoint, under “aside”."),
        ),
        "Q-07": ErrorCode(
            N_("A record of the recording does not continue those that the endpoint has."),
            _KEEP,
            N_("The record before it may still be on its way. If it stays, the parts on this computer were changed."),
        ),
        "Q-08": ErrorCode(
            N_("The endpoint has another content in the place of a part of the recording; it keeps both."),
            _KEEP,
            N_("Two programs recorded under one attempt, or a part was changed. The second is under “aside”."),
        ),
        "Q-09": ErrorCode(
            N_("The endpoint does not serve the institution that has signed the exam file."),
            _TELL,
            N_("Give the operator your root key, or name the right endpoint in the settings and sign them again."),
        ),
        "Q-10": ErrorCode(
            N_("The endpoint takes no recordings of this exam at this time: it is too early, or too late."),
            _TELL,
            N_("Compare the exam's signed times with the endpoint's clock; sign the exam with a later delivery end."),
        ),
        "Q-11": ErrorCode(
            N_("The attempt is known to the endpoint for another candidate, exam or version of the settings."),
            _TELL,
            N_("Have the test taker open the current exam file; the attempt goes on under the one it was begun with."),
        ),
        "Q-12": ErrorCode(
            N_("The endpoint does not accept the ticket: it is for another candidate or exam, or not valid now."),
            _TELL,
            N_("Issue the candidate a new ticket, signed with the key that the exam's settings name."),
        ),
    }
)
