"""The codes of a page of the exam that cannot be shown; what the server or the engine said stands behind the code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.client.codes.refusals import ErrorCode
from resources.language import N_

_TRY_AGAIN = N_("Try again. If it stays like this, tell your institution what stands on the page.")

EXAM_PAGE: Mapping[str, ErrorCode] = MappingProxyType(
    {
        "U-01": ErrorCode(
            N_("The page leads to an address that the exam's settings do not allow."),
            _TRY_AGAIN,
            N_("Allow the address in the exam's settings and sign them again, or correct where the page leads."),
        ),
        "U-02": ErrorCode(
            N_("The exam's server answers with an error; its number stands behind the code."),
            _TRY_AGAIN,
            N_("404: is the address right? 403: may this person open it? 500 and above: look at the server's log."),
        ),
        "U-03": ErrorCode(
            N_("There is no connection to the exam's server."),
            N_("Check your network. The page is tried again by itself."),
            N_("Does its name resolve, and does the network let it through? Is the server running?"),
        ),
        "U-04": ErrorCode(
            N_("The exam's server was asked for the page and has not answered yet."),
            N_("Wait: the page opens by itself if it answers. You can also try again."),
            N_("Look at the load of the server, and of what stands before it."),
        ),
        "U-05": ErrorCode(
            N_("The certificate of the exam's server is not valid on this computer."),
            N_("Check this computer's clock. Then tell your institution what stands on the page."),
            N_(
                "The name behind the code says why: it has run out, is for another name, or its issuer is unknown here."
            ),
        ),
        "U-06": ErrorCode(
            N_("The exam's address gives a file in place of a page."),
            _TRY_AGAIN,
            N_("Let the address answer with a page, or give the exam the address of the page that shows the file."),
        ),
        "U-07": ErrorCode(
            N_("The exam's server was reached, but its answer holds nothing that can be shown."),
            _TRY_AGAIN,
            N_("Open the address in a browser. An empty answer is the server's."),
        ),
        "U-08": ErrorCode(
            N_("The exam's server asks for a user name and a password, and none was accepted."),
            N_("Try again to be asked once more. If you have no user name for it, tell your institution."),
            N_("Is the account there, and may it open the exam? A form in the page needs no such sign-in."),
        ),
        "U-09": ErrorCode(
            N_("The network's proxy asks for a user name and a password, and none was accepted."),
            N_("Try again to be asked once more, or use another network."),
            N_("Let the exam's address pass the proxy without a sign-in."),
        ),
        "U-10": ErrorCode(
            N_("The exam's server asks for a certificate of this computer, which Invigilo never gives to a page."),
            N_("Tell your institution what stands on the page."),
            N_("Offer the exam at an address that asks for no certificate of the client."),
        ),
        "U-11": ErrorCode(
            N_("The connection to the exam's server broke off in the middle of the page."),
            N_("Wait: the page is tried again by itself. You can also try again."),
            N_("A weak network or a proxy breaks connections off; look at both, then at the server."),
        ),
        "U-12": ErrorCode(
            N_(
                "The proxy that this computer is set to use does not answer, or does not let the exam's server through."
            ),
            N_("Look at the proxy in your system's network settings, or use another network."),
            N_("On Linux https_proxy names it, or else the desktop's settings. Does it run, and allow the server?"),
        ),
        "U-13": ErrorCode(
            N_("The name of the exam's server leads to the test taker's own computer, to which nothing was sent."),
            _TRY_AGAIN,
            N_("Look at what the name resolves to there, by the file hosts too. Only localhost may mean the computer."),
        ),
        "U-14": ErrorCode(
            N_("The part of the exam program that lets its pages out to the network has stopped."),
            N_("Close the exam program and start it again: the exam goes on where it was."),
            N_("Send us the program's log; nothing of the exam left the computer another way."),
        ),
    }
)
