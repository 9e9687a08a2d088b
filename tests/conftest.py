"""Fixtures for every test: a private display, a private sound server and a small disk."""

pytest_plugins = ["tests.fixtures.display", "tests.fixtures.sound", "tests.fixtures.disk"]
