"""Which of the input methods that come with Qt a person's own one is reached through."""

from collections.abc import MutableMapping

_OF_FCITX = frozenset({"fcitx", "fcitx5"})


def steer_to_shipped(environ: MutableMapping[str, str]) -> None:
    """Let fcitx be asked by the ibus protocol, which it speaks too: Qt's packages bring no plug-in of its own.

    Without this, Chinese, Japanese and Korean cannot be typed where a desktop names fcitx (KDE sets QT_IM_MODULE so,
    Debian's im-config XMODIFIERS as well): Qt finds no such plug-in and types Latin letters. The plug-in for ibus does
    nothing where there is no program `ibus-daemon`, as on most systems with fcitx, unless it is told to use the portal,
    whose name fcitx holds as well. To be called before the application is made. A desktop that names another method, or
    none, is left alone.
    """
    named = environ.get("QT_IM_MODULE", "")
    chosen = [each for each in environ.get("QT_IM_MODULES", "").split(";") if each]
    by_x11 = environ.get("XMODIFIERS", "").removeprefix("@im=")
    if chosen:
        environ["QT_IM_MODULES"] = ";".join("ibus" if each in _OF_FCITX else each for each in chosen)
    by_name = named in _OF_FCITX or (named in {"", "xim"} and by_x11 in _OF_FCITX)
    if by_name:
        environ["QT_IM_MODULE"] = "ibus"
    if by_name or not _OF_FCITX.isdisjoint(chosen):
        environ.setdefault("IBUS_USE_PORTAL", "1")
