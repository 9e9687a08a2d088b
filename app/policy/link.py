"""``invigilo://HOST[:PORT]/PATH`` links, which the operating system hands to the client as an argument."""

from __future__ import annotations

import re

from app.policy.errors import LinkInvalid

MAX_LINK_CHARACTERS = 512

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LINK = re.compile(
    rf"invigilo://(?P<host>{_LABEL}(?:\.{_LABEL})*)(?::(?P<port>[1-9]\d{{0,4}}))?"
    r"(?P<path>(?:/[A-Za-z0-9_~][A-Za-z0-9._~-]*)+)",
    re.ASCII,
)


def exam_address(link: str) -> str:
    """The https address of the exam file that `link` names; fetching it is the client's business.

    The form is narrower than a URL on purpose: anyone who can make the test taker click controls this text. There is no
    query, no fragment, no percent sign, no user name, no dot segment, and no part that begins with ``-`` and could be
    taken for an option. Raises `LinkInvalid`.
    """
    match = _LINK.fullmatch(link) if len(link) <= MAX_LINK_CHARACTERS else None
    if match is None or (match["port"] is not None and int(match["port"]) > 65535):
        raise LinkInvalid(
            "this is not an exam link. An exam link has the form invigilo://HOST/PATH; "
            "copy it again from your institution's page, or open the exam file instead"
        )
    port = "" if match["port"] is None else f":{match['port']}"
    return f"https://{match['host']}{port}{match['path']}"
