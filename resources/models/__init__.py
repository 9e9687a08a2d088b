"""The detection models: where they lie, and the manifest that says what each one is."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def model(name: str) -> Traversable:
    """Return the model file called `name` (as in `manifest.json`); it exists once `fetch.py` has run."""
    return files(__name__) / name
