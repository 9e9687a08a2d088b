"""These tests run in a Windows Python, under Wine by `make test-windows`; elsewhere they are not collected."""

from __future__ import annotations

import platform
import sys

collect_ignore_glob = [] if sys.platform == "win32" else ["test_*.py"]

if sys.platform == "win32":
    # The report asks for the machine's name, for which Python asks WMI, which ends the process under Wine.
    platform._wmi = None
