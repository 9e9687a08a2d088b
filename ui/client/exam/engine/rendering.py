"""How windows with a web page are put together: by the graphics processor, or without one by Qt's software renderer.

OpenGL that is computed on the processor (Mesa's llvmpipe) draws the whole window anew for each change of one label;
Qt's own software renderer draws what changed.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext

BACKEND_VARIABLE = "QT_QUICK_BACKEND"
"""Qt's own; where it is set already (`software`, or `rhi` for the graphics processor), that is what is used."""
_FOLDER, _NODES = "dri", "renderD*"
_OTHERS = ("nvidia0", "dxg")
_COMPUTED = ("llvmpipe", "softpipe", "swrast", "software rasterizer", "swiftshader")
_GL_RENDERER = 0x1F01


def prefer_software_without_gpu(environ: MutableMapping[str, str], devices: Path = Path("/dev")) -> None:
    """Choose the software renderer where OpenGL would be computed; after the application and before its first page.

    On X and Wayland alone, where this is measured; on Windows and macOS Qt's choice is left (Direct3D, Metal).
    """
    if BACKEND_VARIABLE in environ or QGuiApplication.platformName() not in {"xcb", "wayland"}:
        return
    present = any((devices / _FOLDER).glob(_NODES)) or any((devices / name).exists() for name in _OTHERS)
    # A virtual graphics processor computes as well, and so does a real one that this display does not use. Only where
    # there is one, since the answer loads its driver.
    if not present or computes(_opengl_renderer()):
        environ[BACKEND_VARIABLE] = "software"


def computes(renderer: str) -> bool:
    """Return whether the OpenGL `renderer` of this name works on the processor; so does having none."""
    return not renderer or any(name in renderer.lower() for name in _COMPUTED)


def _opengl_renderer() -> str:
    context, surface = QOpenGLContext(), QOffscreenSurface()
    surface.create()
    if not context.create() or not context.makeCurrent(surface):
        return ""
    try:
        return str(context.functions().glGetString(_GL_RENDERER))
    finally:
        context.doneCurrent()
