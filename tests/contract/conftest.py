"""Keys are unlocked by many commands here: each passphrase is stretched once."""

from tests.fixtures.stretched_once import stretched_once, stretching

__all__ = ["stretched_once", "stretching"]
