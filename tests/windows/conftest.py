"""These tests run in a Windows Python, under Wine by `make test-windows`; elsewhere they are not collected."""

from __future__ import annotations

import sys

collect_ignore_glob = [] if sys.platform == "win32" else ["test_*.py"]
