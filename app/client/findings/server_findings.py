"""What a device check says of the servers an exam needs: the endpoint, and the one of its first page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.client.entry.servers import PageFault
from resources.language import N_, _, isolate
from ui.model import CheckItem

if TYPE_CHECKING:
    from app.client.entry.servers import FirstPage

DELIVERY = "N-01"
PAGE = "N-02"
DELIVERY_TITLE = N_("Delivery")
PAGE_TITLE = N_("Exam page")

PAGE_FAULTS = {
    PageFault.UNKNOWN_HOST: N_("No server of the name {host} is found."),
    PageFault.UNREACHABLE: N_("The exam's server {host} cannot be reached."),
    PageFault.TIMED_OUT: N_("The exam's server {host} does not answer in time."),
    PageFault.PROXY_SILENT: N_(
        "The proxy that this computer is set to use does not answer, or does not let the exam's server {host} through."
    ),
    PageFault.CERTIFICATE_REFUSED: N_(
        "The server {host} cannot prove that it is the exam's: this computer does not trust its certificate."
    ),
    PageFault.NOT_ALLOWED: N_("The exam's first page leads to {host}, which the exam's settings do not allow."),
    PageFault.ERROR_STATUS: N_("The exam's server {host} refuses its first page, with status {status}."),
    PageFault.REDIRECTED_IN_CIRCLES: N_("The exam's first page leads in circles, at last to {host}."),
}
_NETWORK = N_("Check your network, then check again. If other pages open, tell your institution.")
_INSTITUTION = N_("Tell your institution; it is not your fault. Then check again.")
PAGE_FIXES = {
    PageFault.UNKNOWN_HOST: _NETWORK,
    PageFault.UNREACHABLE: _NETWORK,
    PageFault.TIMED_OUT: _NETWORK,
    PageFault.PROXY_SILENT: N_("Look at the proxy in your system's network settings, or use another network."),
    PageFault.CERTIFICATE_REFUSED: N_(
        "Check this computer's date and time. On a network that asks you to sign in, do that first; then check again."
    ),
    PageFault.NOT_ALLOWED: _INSTITUTION,
    PageFault.ERROR_STATUS: _INSTITUTION,
    PageFault.REDIRECTED_IN_CIRCLES: _INSTITUTION,
}


def delivery_finding(problem: str | None) -> CheckItem:
    """Say whether recordings can be delivered now: `problem` is what is wrong, None where nothing is."""
    if problem is None:
        sentence = _("Your institution's endpoint answers. Recordings are sent as you work.")
        return CheckItem(DELIVERY, _(DELIVERY_TITLE), "ready", sentence)
    return CheckItem(
        DELIVERY,
        _(DELIVERY_TITLE),
        "attention",
        problem,
        fix=_("You can start. Everything is kept, sealed, on this computer and sent when the connection is back."),
    )


def page_finding(page: FirstPage) -> CheckItem:
    """Say whether the exam's first page came; one that did not may come by the time of the exam, so it bars nothing."""
    if page.fault is None:
        sentence = _("The exam's server {host} answers with the first page.").format(host=isolate(page.host))
        return CheckItem(PAGE, _(PAGE_TITLE), "ready", sentence)
    return CheckItem(
        PAGE,
        _(PAGE_TITLE),
        "attention",
        _(PAGE_FAULTS[page.fault]).format(host=isolate(page.host), status=isolate(page.status)),
        fix=_(PAGE_FIXES[page.fault]),
    )
