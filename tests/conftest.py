"""Fixtures for every test: a private display, sound server, network camera and small disk; and standstills."""

from hypothesis import HealthCheck, settings

pytest_plugins = [
    f"tests.fixtures.{name}"
    for name in (
        "display",
        "sound",
        "mjpeg",
        "disk",
        "standstill",
        "side_by_side",
        "busy_machine",
    )
]

# The first example of a fresh checkout waits until Hypothesis has read every module of the project: ten seconds and
# more on a busy machine, which says nothing about the test it happens to fall on.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
