"""What draws the windows: the software renderer where there is no graphics processor."""

import os
from pathlib import Path

import pytest
from PySide6.QtQuick import QSGRendererInterface
from PySide6.QtQuickWidgets import QQuickWidget

from ui.client.exam.engine.rendering import BACKEND_VARIABLE, computes, prefer_software_without_gpu


def test_the_exam_page_is_drawn_as_was_chosen(open_exam):
    (drawn,) = open_exam()._view.findChildren(QQuickWidget)
    software = os.environ.get(BACKEND_VARIABLE) == "software"
    by = drawn.quickWindow().rendererInterface().graphicsApi()
    assert (by is QSGRendererInterface.GraphicsApi.Software) is software


@pytest.mark.parametrize("device", [None, "dri/card0", "dri/renderD128", "nvidia0"])
def test_opengl_of_this_display_is_computed_whatever_devices_there_are(device, qapp, tmp_path: Path):
    if any(Path("/dev").glob("dri/renderD*")):
        pytest.skip("this machine has a graphics processor")
    if device:
        (tmp_path / device).parent.mkdir(exist_ok=True)
        (tmp_path / device).touch()
    chosen: dict[str, str] = {}
    prefer_software_without_gpu(chosen, tmp_path)
    assert chosen == {BACKEND_VARIABLE: "software"}


def test_what_somebody_chose_is_left(qapp):
    chosen = {BACKEND_VARIABLE: "rhi"}
    prefer_software_without_gpu(chosen, Path("/nowhere"))
    assert chosen == {BACKEND_VARIABLE: "rhi"}


@pytest.mark.parametrize(
    ("renderer", "computed"),
    [
        ("llvmpipe (LLVM 15.0.6, 256 bits)", True),
        ("softpipe", True),
        ("Software Rasterizer", True),
        ("Google SwiftShader", True),
        ("", True),
        ("Mesa Intel(R) UHD Graphics 620 (KBL GT2)", False),
        ("NVIDIA GeForce RTX 3060/PCIe/SSE2", False),
        ("AMD Radeon Graphics (radeonsi, renoir, LLVM 15.0.7, DRM 3.54)", False),
        ("virgl (Mesa Intel(R) UHD Graphics)", False),
    ],
)
def test_a_renderer_is_known_by_its_name(renderer, computed):
    assert computes(renderer) is computed
