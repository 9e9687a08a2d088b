"""What a recording of the screen leaves out is known on every system."""

from __future__ import annotations

import pytest

from capture.sources.screen_limits import screen_limits


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
    assert screen_limits(environment, platform) == expected
