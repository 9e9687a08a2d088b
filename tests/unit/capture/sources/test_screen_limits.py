"""What a recording of the screen leaves out is said, on every system."""

from __future__ import annotations

import pytest

from app.events.recording import ScreenRecordedEvent
from app.institution.wording.events import describe
from capture.sources.screen_limits import LIMIT_WORDS, limits_sentence, screen_limits


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, ()),
        ("linux", {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, ("other_windows",)),
        ("linux", {"XDG_SESSION_TYPE": "wayland"}, ("other_windows",)),
        ("win32", {}, ("pointer", "protected_windows", "system_prompts")),
        ("darwin", {}, ("pointer", "protected_windows", "system_prompts")),
    ],
)
def test_each_system_says_what_it_leaves_out(
    platform: str, environment: dict[str, str], expected: tuple[str, ...]
) -> None:
    found = screen_limits(environment, platform)
    assert found == expected
    said = limits_sentence(found)
    wording = describe(ScreenRecordedEvent(found))
    for limit in expected:
        assert LIMIT_WORDS[limit] in said  # type: ignore[index]
        assert LIMIT_WORDS[limit] in wording.sentence  # type: ignore[index]
    assert bool(said) == bool(expected)
    assert wording.known
