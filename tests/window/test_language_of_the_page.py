"""The exam's pages are asked for in the person's languages."""

import pytest

from tests.fixtures.exam_page import run
from ui.client.exam.engine.accept_language import accept_language


@pytest.mark.parametrize(
    ("desktop", "asked"),
    [
        (["de-DE", "de-Latn-DE", "de"], "de-DE,de;q=0.9,en;q=0.8"),
        (["de-Latn-DE", "de-DE", "de-Latn", "de"], "de-DE,de;q=0.9,en;q=0.8"),
        (["sr-Latn-RS", "sr-Latn"], "sr-RS,sr;q=0.9,en;q=0.8"),
        (["de-DE"], "de-DE,de;q=0.9,en;q=0.8"),
        (["de_AT", "fr-FR"], "de-AT,de;q=0.9,fr-FR;q=0.8,fr;q=0.7,en;q=0.6"),
        (["en-GB", "en"], "en-GB,en;q=0.9"),
        (["C"], "en"),
        (["a", "b", "c", "d", "e", "f", "g"], "a,b;q=0.9,c;q=0.8,d;q=0.7,e;q=0.6,en;q=0.5"),
    ],
)
def test_languages_of_the_desktop_in_their_order(desktop: list[str], asked: str) -> None:
    assert accept_language(desktop) == asked


def test_every_request_says_the_languages_and_the_page_sees_them(open_exam, platform, qtbot):
    window = open_exam()
    run(window, qtbot, "window.d=0;fetch('/part').then(()=>{window.d=1});1")
    qtbot.waitUntil(lambda: run(window, qtbot, "window.d") == 1, timeout=10_000)
    assert {headers.get("Accept-Language") for headers in platform.headers} == {accept_language()}
    first = accept_language().split(",")[0]
    assert run(window, qtbot, "navigator.language") == first
