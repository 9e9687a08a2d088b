"""The platforms that lockdown knows, as the matrix of `lockdown.platforms.matrix` has its columns."""

from __future__ import annotations

from typing import Literal, get_args

Platform = Literal["linux-x11", "linux-wayland", "windows", "macos"]
PLATFORMS: tuple[Platform, ...] = get_args(Platform)
