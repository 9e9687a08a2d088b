"""Words for what keeps recordings from being delivered or kept: from a code with facts to one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.client.delivery.errors import SpoolFull
from app.client.delivery.problems import ProblemCode
from app.client.pages.upload_refusals import refusal_sentence
from resources.language import N_, _, isolate

if TYPE_CHECKING:
    from app.client.delivery.errors import DeliveryError
    from app.client.delivery.problems import DeliveryProblem

PROBLEMS = {
    ProblemCode.UNREACHABLE: N_("The endpoint cannot be reached."),
    ProblemCode.TIMED_OUT: N_("The endpoint does not answer in time."),
    ProblemCode.PROXY_REFUSED: N_("The network's proxy does not answer, or does not let the connection through."),
    ProblemCode.PROXY_PASSWORD: N_("A network proxy asks for a password."),
    ProblemCode.CERTIFICATE_REFUSED: N_(
        "Something answered in the endpoint's place: its certificate is not of the institution."
    ),
    ProblemCode.REDIRECTED: N_("The endpoint's address was redirected; recordings are never sent elsewhere."),
    ProblemCode.RECEIPT_INVALID: N_("Something answered in the endpoint's place: its answer holds no valid receipt."),
    ProblemCode.RECEIPT_OF_ANOTHER: N_("The endpoint's receipt speaks of something else than what was sent."),
    ProblemCode.ADMISSION_UNREADABLE: N_("The endpoint's answer to the admission cannot be read."),
    ProblemCode.TOKEN_REFUSED: N_("The endpoint does not accept this attempt's token."),
    ProblemCode.ANOTHER_REGION: N_("The endpoint belongs to another region; nothing was sent to it."),
    ProblemCode.ENDPOINT_BUSY: N_("The endpoint is busy."),
    ProblemCode.ENDPOINT_DISK_FULL: N_("The endpoint's disk is full."),
    ProblemCode.UNEXPECTED_STATUS: N_("The endpoint answers with status {status}."),
    ProblemCode.OBJECT_DAMAGED: N_("A part of the recording was changed or cannot be read; it is kept as it is."),
    ProblemCode.DISK_FULL: N_("The disk is full; free some space. Nothing that was kept is lost."),
    ProblemCode.SPOOL_UNUSABLE: N_("The folder of sealed recordings cannot be used; check the disk."),
    ProblemCode.ENDPOINT_INVALID: N_("The endpoint in the exam's settings cannot be used as it is written."),
}


def delivery_sentence(problem: DeliveryProblem) -> str:
    """Return what is wrong with delivery now."""
    if problem.code is ProblemCode.OBJECT_REFUSED:
        return refusal_sentence(problem.kind)
    return _(PROBLEMS[problem.code]).format(status=isolate(problem.status))


def no_room(error: DeliveryError) -> str:
    """Return why disk space for an exam could not be set aside."""
    if isinstance(error, SpoolFull) and error.needed_bytes is not None:
        return _("The disk has no room for the {size} that this exam may need; free some space.").format(
            size=isolate(f"{error.needed_bytes / 1e6:.0f} MB")
        )
    if isinstance(error, SpoolFull):
        return _(PROBLEMS[ProblemCode.DISK_FULL])
    return _("Disk space cannot be set aside; check the disk.")
