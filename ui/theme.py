"""How every window looks: one light theme, its double in high contrast, sizes that follow the system's text size.

Contrast against its own ground is at least 7:1 (WCAG AAA) for every text colour here (`tests/unit/ui/test_theme.py`
computes it). A colour never says anything alone: a word or a drawing stands beside it.
"""

import re
import sys
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

GROUND: Final = "#f4f5f2"
SURFACE: Final = "#ffffff"
SUNKEN: Final = "#eceee9"
LINE: Final = "#d6dad3"
EDGE: Final = "#858d88"  # outlines of controls: 3:1 on SURFACE, as WCAG 1.4.11 asks
INK: Final = "#1c2426"
QUIET: Final = "#424c4e"
ACCENT: Final = "#105063"
ACCENT_DEEP: Final = "#0b3846"
ACCENT_SOFT: Final = "#e2eff3"
ON_ACCENT: Final = "#ffffff"
GOOD: Final = "#145230"
GOOD_SOFT: Final = "#e4f2e8"
WARNING: Final = "#613c00"
WARNING_SOFT: Final = "#fdf1d7"
BAD: Final = "#8a1d15"
BAD_SOFT: Final = "#fbe9e6"

STATE_COLOURS: Final = {
    "ready": (GOOD, GOOD_SOFT),
    "attention": (WARNING, WARNING_SOFT),
    "blocking": (BAD, BAD_SOFT),
    "checking": (QUIET, SUNKEN),
    "not_asked": (QUIET, SUNKEN),
}
LEVEL_COLOURS: Final = {"green": GOOD, "yellow": "#b97a00", "red": BAD}

BY_HIGH_CONTRAST: Final = {
    GROUND: "#000000",
    SURFACE: "#000000",  # ON_ACCENT too: both are white in the light theme, and lie under or on what is bright here
    SUNKEN: "#1f1f1f",
    LINE: "#ffffff",
    EDGE: "#ffffff",
    INK: "#ffffff",
    QUIET: "#f2f2f2",
    ACCENT: "#ffe14d",
    ACCENT_DEEP: "#fff3b0",
    ACCENT_SOFT: "#332b00",
    GOOD: "#8dffa8",
    GOOD_SOFT: "#00260d",
    WARNING: "#ffcf66",
    WARNING_SOFT: "#2b1d00",
    BAD: "#ffb3ac",
    BAD_SOFT: "#330603",
    "#b97a00": "#ffcf66",
    "#e6c98c": "#ffcf66",
    "#e6b3ad": "#ffb3ac",
    "#a9d1b6": "#8dffa8",
    "#e9b949": "#ffffff",
    "#b4bab4": "#ffffff",
    "#7fa6b3": "#ffffff",
}
"""What is seen instead of each colour of the light theme where high contrast is asked for."""

FAMILIES: Final = ("Segoe UI", "SF Pro Text", "Inter", "Cantarell", "Ubuntu", "Noto Sans", "Open Sans", "DejaVu Sans")
MONOSPACED: Final = ("Cascadia Mono", "SF Mono", "Noto Sans Mono", "DejaVu Sans Mono")

FRAME_PX: Final = 48
"""Height that usual window managers add as title bar and frame; a window leaves it free to keep its buttons visible."""

_BODY_PX: Final = 16
_SCALE_PROPERTY: Final = "invigiloTextScale"
_CONTRAST_PROPERTY: Final = "invigiloHighContrast"


def system_text_scale(app: QApplication) -> float:
    """Return how much larger than usual the system shows text, from 1.0 to 3.0 (font size and resolution)."""
    points = app.font().pointSizeF()
    usual_points, usual_dpi = (13.0, 72.0) if sys.platform == "darwin" else (11.0, 96.0)
    by_font = points / usual_points if points > 0 else 1.0
    by_resolution = app.primaryScreen().logicalDotsPerInch() / usual_dpi
    return min(3.0, max(1.0, by_font * by_resolution))


def text_scale() -> float:
    """Return the factor in force for all text; 1.0 before `apply_theme`."""
    app = QApplication.instance()
    value = app.property(_SCALE_PROPERTY) if app is not None else None
    return float(value) if value else 1.0


def px(size: float) -> int:
    """Return `size` (pixels at usual text size) at the text size in force."""
    return round(size * text_scale())


def system_high_contrast(app: QApplication) -> bool:
    """Return whether the system asks programs for high contrast."""
    hints = app.styleHints()  # held, because what it answers with lives no longer than it
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


def seen(colour: str) -> str:
    """Return what is painted for `colour`, one of this file's: itself, or its double in high contrast."""
    app = QApplication.instance()
    return BY_HIGH_CONTRAST.get(colour, colour) if app is not None and app.property(_CONTRAST_PROPERTY) else colour


def painted(colour: str) -> QColor:
    """Return `seen` for a painter."""
    return QColor(seen(colour))


def apply_theme(app: QApplication, scale: float | None = None, *, high_contrast: bool | None = None) -> None:
    """Give `app` the look of every window, as the system asks for it.

    `scale` (1.0 = 100 %) overrides the system's text size, `high_contrast` its contrast.
    """
    app.setProperty(_SCALE_PROPERTY, system_text_scale(app) if scale is None else scale)
    app.setProperty(_CONTRAST_PROPERTY, system_high_contrast(app) if high_contrast is None else high_contrast)
    app.setStyle("Fusion")
    app.setPalette(_palette())
    font = QFont(list(FAMILIES))
    font.setPixelSize(px(_BODY_PX))
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    app.setFont(font)
    app.setStyleSheet(_style())


def set_role(widget: QWidget, role: str) -> None:
    """Give `widget` the look named `role` in the style sheet, also after it was shown."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def _palette() -> QPalette:
    palette = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, GROUND),
        (QPalette.ColorRole.Base, SURFACE),
        (QPalette.ColorRole.AlternateBase, SUNKEN),
        (QPalette.ColorRole.Button, SURFACE),
        (QPalette.ColorRole.WindowText, INK),
        (QPalette.ColorRole.Text, INK),
        (QPalette.ColorRole.ButtonText, INK),
        (QPalette.ColorRole.PlaceholderText, QUIET),
        (QPalette.ColorRole.Highlight, ACCENT),
        (QPalette.ColorRole.HighlightedText, ON_ACCENT),
        (QPalette.ColorRole.ToolTipBase, INK),
        (QPalette.ColorRole.ToolTipText, SURFACE),
        (QPalette.ColorRole.Link, ACCENT),
        (QPalette.ColorRole.Accent, ACCENT),
    ):
        palette.setColor(role, painted(colour))
    return palette


def _style() -> str:
    return re.sub("#[0-9a-f]{6}", lambda found: seen(found[0]), _light_style())


def _light_style() -> str:
    return f"""
QMainWindow, QWidget#page, QScrollArea, QWidget#scrolled {{ background: {GROUND}; }}
QScrollArea {{ border: none; }}
QLabel {{ color: {INK}; background: transparent; }}
QLabel[role="display"] {{ font-size: {px(30)}px; font-weight: 600; }}
QLabel[role="title"] {{ font-size: {px(26)}px; font-weight: 600; }}
QLabel[role="heading"] {{ font-size: {px(18)}px; font-weight: 600; }}
QLabel[role="strong"] {{ font-weight: 600; }}
QLabel[role="lead"] {{ font-size: {px(18)}px; color: {QUIET}; }}
QLabel[role="quiet"] {{ color: {QUIET}; }}
QLabel[role="small"] {{ color: {QUIET}; font-size: {px(14)}px; }}
QLabel[role="word"] {{
  background: {SURFACE}; border: 1px solid {LINE}; border-radius: {px(6)}px; padding: {px(6)}px {px(10)}px;
  font-family: {", ".join(f'"{f}"' for f in MONOSPACED)}; font-weight: 600;
}}
QLabel[role="code"] {{
  background: {SUNKEN}; border-radius: {px(4)}px; padding: {px(2)}px {px(8)}px; color: {QUIET}; font-size: {px(14)}px;
}}
QLabel[role="good"] {{ color: {GOOD}; font-weight: 600; }}
QLabel[role="care"] {{ color: {WARNING}; font-weight: 600; }}
QLabel[role="bad"] {{ color: {BAD}; font-weight: 600; }}
QLabel[role="step"] {{ color: {QUIET}; font-size: {px(14)}px; }}
QLabel[role="step-now"] {{ color: {ACCENT}; font-size: {px(14)}px; font-weight: 600; }}

QFrame[role="card"] {{ background: {SURFACE}; border: 1px solid {LINE}; border-radius: {px(10)}px; }}
QFrame[role="card-ask"] {{ background: {ACCENT_SOFT}; border: 1px solid {ACCENT}; border-radius: {px(10)}px; }}
QFrame[role="card-care"] {{ background: {WARNING_SOFT}; border: 1px solid #e6c98c; border-radius: {px(10)}px; }}
QFrame[role="card-bad"] {{ background: {BAD_SOFT}; border: 1px solid #e6b3ad; border-radius: {px(10)}px; }}
QFrame[role="card-good"] {{ background: {GOOD_SOFT}; border: 1px solid #a9d1b6; border-radius: {px(10)}px; }}
QFrame[role="header"] {{ background: {SURFACE}; border: none; border-bottom: 1px solid {LINE}; }}
QFrame[role="footer"] {{ background: {SURFACE}; border: none; border-top: 1px solid {LINE}; }}
QFrame[role="notice"] {{ background: {WARNING_SOFT}; border: none; border-bottom: 1px solid #e6c98c; }}
QFrame[role="rule"] {{ background: {LINE}; border: none; max-height: 1px; min-height: 1px; }}
QWidget[role="scrim"] {{ background: rgba(20, 28, 30, 150); }}
QFrame[role="sheet"] {{ background: {SURFACE}; border: 1px solid {LINE}; border-radius: {px(14)}px; }}

QPushButton {{
  background: {SURFACE}; color: {INK}; border: 1px solid {EDGE}; border-radius: {px(8)}px;
  padding: {px(8)}px {px(18)}px; min-height: {px(24)}px; font-weight: 600;
}}
QPushButton:hover {{ background: {SUNKEN}; }}
QPushButton:pressed {{ background: {LINE}; }}
QPushButton:focus {{ border: 2px solid {ACCENT}; padding: {px(8) - 1}px {px(18) - 1}px; }}
QPushButton:disabled {{ color: {QUIET}; background: {SUNKEN}; border-color: {LINE}; }}
QPushButton[role="primary"] {{ background: {ACCENT}; color: {ON_ACCENT}; border-color: {ACCENT}; }}
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:pressed {{ background: {ACCENT_DEEP}; }}
QPushButton[role="primary"]:focus {{ border: 3px solid #e9b949; padding: {px(8) - 2}px {px(18) - 2}px; }}
QPushButton[role="primary"]:disabled {{ background: {SUNKEN}; color: {QUIET}; border-color: {LINE}; }}
QPushButton[role="plain"] {{ background: transparent; border-color: transparent; color: {ACCENT}; }}
QPushButton[role="plain"]:hover {{ background: {SUNKEN}; }}
QPushButton[role="plain"]:focus {{ border: 2px solid {ACCENT}; }}
QPushButton[role="bar"] {{ padding: {px(5)}px {px(12)}px; min-height: {px(20)}px; font-size: {px(15)}px; }}
QPushButton[role="bar"]:focus {{ padding: {px(5) - 1}px {px(12) - 1}px; }}
QPushButton[role="bar-primary"] {{
  background: {ACCENT}; color: {ON_ACCENT}; border-color: {ACCENT};
  padding: {px(5)}px {px(12)}px; min-height: {px(20)}px; font-size: {px(15)}px;
}}
QPushButton[role="bar-primary"]:hover {{ background: {ACCENT_DEEP}; }}
QPushButton[role="bar-primary"]:focus {{ border: 3px solid #e9b949; padding: {px(5) - 2}px {px(12) - 2}px; }}
QPushButton[role="tool"] {{ padding: {px(5)}px; min-height: {px(22)}px; min-width: {px(28)}px; }}
QPushButton[role="tool"]:focus {{ padding: {px(5) - 1}px; }}

QPushButton[role="tab-close"] {{
  padding: 0; border: none; background: transparent; min-height: {px(22)}px; min-width: {px(22)}px;
  margin-right: {px(6)}px;
}}
QPushButton[role="tab-close"]:hover {{ background: {LINE}; }}
QPushButton[role="tab-close"]:focus {{ border: 2px solid {ACCENT}; padding: 0; }}
QTabBar::tab {{
  background: {SURFACE}; color: {INK}; border: 1px solid {EDGE}; border-radius: {px(8)}px; font-size: {px(15)}px;
  font-weight: 600; padding: {px(3)}px {px(8)}px; margin-right: {px(4)}px; min-height: {px(22)}px;
}}
QTabBar::tab:hover {{ background: {SUNKEN}; }}
QTabBar::tab:selected {{ background: {ACCENT_SOFT}; border-color: {ACCENT}; }}
QTabBar::tab:selected:focus {{ border: 2px solid {ACCENT}; }}
QTabBar::tab:disabled {{ color: {QUIET}; background: {SUNKEN}; }}

QRadioButton {{ spacing: {px(10)}px; padding: {px(5)}px {px(4)}px; background: transparent; }}
QRadioButton:focus {{ background: {ACCENT_SOFT}; border-radius: {px(6)}px; }}
QRadioButton::indicator {{
  width: {px(18) - 4}px; height: {px(18) - 4}px; background: {SURFACE}; border: 2px solid {EDGE};
  border-radius: {px(18) // 2}px;
}}
QRadioButton::indicator:checked {{
  width: {px(18) - 2 * px(5)}px; height: {px(18) - 2 * px(5)}px; border: {px(5)}px solid {ACCENT};
}}
QPlainTextEdit, QLineEdit {{
  background: {SURFACE}; border: 1px solid {EDGE}; border-radius: {px(8)}px; padding: {px(6)}px;
  selection-background-color: {ACCENT}; selection-color: {ON_ACCENT};
}}
QPlainTextEdit:focus, QLineEdit:focus {{ border: 2px solid {ACCENT}; padding: {px(6) - 1}px; }}
QProgressBar {{
  background: {SUNKEN}; border: none; border-radius: {px(7)}px; min-height: {px(14)}px; max-height: {px(14)}px;
}}
QProgressBar::chunk {{ background: {ACCENT}; border-radius: {px(7)}px; }}
QListView {{ background: {SURFACE}; border: 1px solid {LINE}; border-radius: {px(10)}px; padding: {px(4)}px; }}
QListView::item {{ border-radius: {px(6)}px; padding: {px(6)}px; color: {INK}; }}
QListView::item:selected {{ background: {ACCENT_SOFT}; color: {INK}; }}
QListView:focus {{ border: 2px solid {ACCENT}; padding: {px(4) - 1}px; }}
QScrollBar:vertical {{ background: transparent; width: {px(14)}px; margin: 0; }}
QScrollBar::handle:vertical {{
  background: #b4bab4; border-radius: {px(4)}px; min-height: {px(32)}px; margin: {px(3)}px;
}}
QScrollBar::handle:vertical:hover {{ background: {EDGE}; }}
QScrollBar[role="focused"]::handle:vertical {{ background: {ACCENT}; margin: 1px; }}
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical {{ height: 0; }}
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical {{ background: transparent; }}
QScrollBar:horizontal {{ background: transparent; height: {px(14)}px; margin: 0; }}
QScrollBar::handle:horizontal {{
  background: #b4bab4; border-radius: {px(4)}px; min-width: {px(32)}px; margin: {px(3)}px;
}}
QScrollBar::add-line:horizontal, QScrollBar::sub-line:horizontal {{ width: 0; }}
QToolTip {{ background: {INK}; color: {SURFACE}; border: none; padding: {px(6)}px; }}
"""
