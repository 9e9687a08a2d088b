"""These tests run in a Windows Python, under Wine by `make test-windows`; elsewhere they are not collected."""

from __future__ import annotations

import platform
import sys

import pytest

from lockdown.engaging.journal import Journal

collect_ignore_glob = [] if sys.platform == "win32" else ["test_*.py"]

if sys.platform == "win32":
    # The report asks for the machine's name, for which Python asks WMI, which ends the process under Wine.
    platform._wmi = None

NO_DRIVERS = 9
"""The status with which run.sh is asked to start Wine once more."""


def pytest_sessionstart(session):
    if sys.platform == "win32":
        from tests.windows.wine_drivers import missing_drivers

        if missing := missing_drivers():
            pytest.exit(f"Wine's drivers did not start: {', '.join(missing)}", returncode=NO_DRIVERS)


@pytest.fixture
def journal(tmp_path):
    opened = Journal.create(tmp_path / "journal", "test")
    yield opened
    opened.close()


@pytest.fixture
def engage(journal):
    """Return a function that engages a guard, which is released after the test whatever became of it."""
    engaged = []

    def start(guard):
        engaged.append(guard)
        return guard.engage(journal)

    yield start
    for guard in engaged:
        guard.release()
