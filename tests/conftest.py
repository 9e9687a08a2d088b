"""Fixtures for every test: a private display, a private sound server, a network camera and a small disk."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.fixtures.display", "tests.fixtures.sound", "tests.fixtures.mjpeg", "tests.fixtures.disk"]

# The first example of a fresh checkout waits until Hypothesis has read every module of the project: ten seconds and
# more on a busy machine, which says nothing about the test it happens to fall on.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
