"""A path that no rule names, on a host that a rule does name: decided by the filter alone, the gate sees hosts."""

import pytest

from tests.fixtures.exam_page import BOUND_MS
from tests.fixtures.learning_platform import Platform

PARTS = {
    "image": "new Image().src = 'TO'",
    "fetch": "fetch('TO', {mode: 'no-cors'}).then(() => window.got = 1).catch(() => 0)",
    "post": "fetch('TO', {method: 'POST', body: 'x', mode: 'no-cors'}).catch(() => 0)",
    "script": "document.head.append(Object.assign(document.createElement('script'), {src: 'TO'}))",
    "beacon": "navigator.sendBeacon('TO', 'x')",
    "events": "new EventSource('TO')",
}
WHOLE = {
    "frame": "document.body.append(Object.assign(document.createElement('iframe'), {src: 'TO'}))",
    "page": "location = 'TO'",
}


@pytest.fixture
def beside():
    """The other allowed host, of which /ok is allowed; what it serves elsewhere would mark the page."""
    made = Platform(pages={"/no/script": "window.got = 1"})
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize("redirected", [False, True], ids=["asked for", "redirected"])
def test_it_is_told_and_gives_the_page_nothing(redirected, open_exam, platform, beside, qtbot):
    at = f"http://127.0.0.1:{beside.port}"

    def allowed(url: str) -> bool:
        return url.startswith((platform.url, f"{at}/ok"))

    window = open_exam(
        address_allowed=allowed,
        resource_allowed=allowed,
        host_allowed=lambda host, port: host == "127.0.0.1" and port in {platform.port, beside.port},
    )
    told: list[str] = []
    window.page_event.connect(lambda kind, _host: told.append(kind))
    for way, script in {**PARTS, **WHOLE}.items():
        forbidden, told[:] = f"{at}/no/{way}", []
        platform.redirects[f"/away/{way}"] = forbidden
        to = f"/away/{way}" if redirected else forbidden
        window.page.runJavaScript(f"{{ {script.replace('TO', to)} }} 1")
        kind = "address_blocked" if way == "page" else "resource_blocked"
        qtbot.waitUntil(lambda kind=kind: kind in told, timeout=BOUND_MS)
    qtbot.wait(200)
    answers: list[object] = []
    window.page.runJavaScript("window.got === undefined", 0, answers.append)
    qtbot.waitUntil(lambda: answers == [True], timeout=BOUND_MS)
    reached = {path.removeprefix("/no/") for _, path, _ in beside.requests}
    assert reached <= (set(PARTS) if redirected else set()), (
        "of parts of a page the engine follows some redirects first"
    )
