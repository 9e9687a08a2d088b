"""Fixtures for every test: a private display and a private sound server."""

pytest_plugins = ["tests.fixtures.display", "tests.fixtures.sound"]
