"""Whoever types by fcitx reaches it, though Qt's packages have no plug-in of that name."""

from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo

from ui.input_method import steer_to_shipped

PORTAL = {"IBUS_USE_PORTAL": "1"}
"""Without it the plug-in for ibus does nothing on a system that has no program named ibus-daemon."""


@pytest.mark.parametrize(
    ("desktop", "asked"),
    [
        ({"QT_IM_MODULE": "fcitx"}, {"QT_IM_MODULE": "ibus", **PORTAL}),
        ({"QT_IM_MODULE": "fcitx5"}, {"QT_IM_MODULE": "ibus", **PORTAL}),
        ({"XMODIFIERS": "@im=fcitx"}, {"XMODIFIERS": "@im=fcitx", "QT_IM_MODULE": "ibus", **PORTAL}),
        (
            {"QT_IM_MODULE": "xim", "XMODIFIERS": "@im=fcitx"},
            {"QT_IM_MODULE": "ibus", "XMODIFIERS": "@im=fcitx", **PORTAL},
        ),
        ({"QT_IM_MODULES": "wayland;fcitx;ibus"}, {"QT_IM_MODULES": "wayland;ibus;ibus", **PORTAL}),
        ({"QT_IM_MODULES": "wayland;ibus"}, {"QT_IM_MODULES": "wayland;ibus"}),
        ({"QT_IM_MODULE": "ibus"}, {"QT_IM_MODULE": "ibus"}),
        (
            {"QT_IM_MODULE": "compose", "XMODIFIERS": "@im=fcitx"},
            {"QT_IM_MODULE": "compose", "XMODIFIERS": "@im=fcitx"},
        ),
        ({"QT_IM_MODULE": "xim"}, {"QT_IM_MODULE": "xim"}),
        ({}, {}),
    ],
)
def test_fcitx_is_asked_by_the_protocol_that_is_shipped(desktop: dict[str, str], asked: dict[str, str]) -> None:
    steer_to_shipped(desktop)
    assert desktop == asked


def test_the_plug_in_that_is_steered_to_is_there_and_one_of_fcitx_is_not() -> None:
    shipped = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforminputcontexts"
    if not shipped.is_dir():
        pytest.skip("no input method plug-ins on this system")
    names = " ".join(each.name for each in shipped.iterdir())
    assert "ibus" in names
    assert "fcitx" not in names, "it is shipped now: nobody has to be steered"
