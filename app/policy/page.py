"""What the exam's pages may do in the window that not every exam allows."""

from __future__ import annotations

from pydantic import Field

from app.policy.section import Section


class PageSettings(Section):
    """What pages may do beyond being read and filled in; whatever these say, they reach allowed addresses alone.

    The last three are named so that an author who asks for them is told why not; see `app.policy.unimplemented`.
    """

    workers: bool = Field(default=False, description="Service workers and shared workers, which go on after a page")
    find: bool = Field(default=False, description="The test taker can search the page in sight for a text")
    web_rtc: bool = Field(default=False, description="WebRTC by UDP: refused at signing")
    web_transport: bool = Field(default=False, description="WebTransport: refused at signing")
    federated_sign_in: bool = Field(default=False, description="Federated sign-in (FedCM): refused at signing")
