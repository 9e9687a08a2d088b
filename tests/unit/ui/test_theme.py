"""Contrast of the theme, and drawings for everything the windows name."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ui import texts, theme

ROOT = Path(__file__).parents[3]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


HIGH = pytest.param(theme.BY_HIGH_CONTRAST.__getitem__, id="high-contrast")
LIGHT = pytest.param(lambda colour: colour, id="light")


@pytest.mark.parametrize("seen", [LIGHT, HIGH])
@pytest.mark.parametrize(
    ("text", "ground"),
    [(t, g) for t in (theme.INK, theme.QUIET) for g in (theme.GROUND, theme.SURFACE, theme.SUNKEN)]
    + [(t, g) for t in (theme.INK, theme.QUIET, theme.WARNING) for g in (theme.WARNING_SOFT,)]
    + [(t, g) for t in (theme.INK, theme.QUIET, theme.BAD) for g in (theme.BAD_SOFT,)]
    + [(t, g) for t in (theme.INK, theme.GOOD) for g in (theme.GOOD_SOFT,)]
    + [(t, theme.GROUND) for t in (theme.ACCENT, theme.GOOD, theme.WARNING, theme.BAD)]
    + [(theme.ACCENT, theme.SUNKEN), (theme.ACCENT, theme.ACCENT_SOFT)]
    + [(t, theme.SURFACE) for t in (theme.ACCENT, theme.GOOD, theme.WARNING, theme.BAD)]
    + [(theme.ON_ACCENT, theme.ACCENT), (theme.ON_ACCENT, theme.ACCENT_DEEP), (theme.INK, theme.ACCENT_SOFT)],
)
def test_text_is_readable(text: str, ground: str, seen: Callable[[str], str]) -> None:
    assert contrast(seen(text), seen(ground)) >= 7


@pytest.mark.parametrize("seen", [LIGHT, HIGH])
@pytest.mark.parametrize("ground", [theme.SURFACE, theme.GROUND])
def test_outlines_of_controls_are_seen(ground: str, seen: Callable[[str], str]) -> None:
    assert contrast(seen(theme.EDGE), seen(ground)) >= 3


def test_every_colour_has_a_double_in_high_contrast() -> None:
    source = (ROOT / "ui" / "theme.py").read_text("utf-8").partition("BY_HIGH_CONTRAST")
    written = set(re.findall(r"#[0-9a-f]{6}", source[0])) | set(
        re.findall(r"#[0-9a-f]{6}", source[2].partition("FAMILIES")[2])
    )
    assert len(written) > 15
    assert written <= set(theme.BY_HIGH_CONTRAST)


def test_every_drawing_named_in_the_windows_exists() -> None:
    drawn = {file.stem for file in (ROOT / "resources" / "icons").glob("*.svg")}
    source = "\n".join(file.read_text("utf-8") for file in (ROOT / "ui").rglob("*.py"))
    named = set(re.findall(r'(?:icon=|picture\(|pixmap\(|icons\.icon\()"([a-z-]+)"', source))
    assert len(named) > 5
    assert named <= drawn


def test_drawings_take_the_colour_they_are_given() -> None:
    for file in (ROOT / "resources" / "icons").glob("*.svg"):
        drawing = file.read_text("utf-8")
        assert "currentColor" in drawing, file.name
        assert not re.search(r"#[0-9a-fA-F]{3}", drawing), f"{file.name} has a colour of its own"


def test_texts_are_plain() -> None:
    jargon = re.compile(
        r"\b(proctor|token|endpoint|encrypt|upload|server error|exception|invalid|abort)\w*", re.IGNORECASE
    )
    for name, value in vars(texts).items():
        if name.isupper() and isinstance(value, str):
            assert not jargon.search(value), f"{name}: {value}"
            assert "!" not in value, f"{name} shouts"
