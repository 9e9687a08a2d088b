"""What can go wrong in local detection.

    CaptureError
    └── AnalysisError
        ├── ModelMissing     a model file is not there
        ├── ModelInvalid     a model file is not the one the manifest names, or cannot be run
        ├── NotationInvalid  a sealed line holds no observations as this version writes them
        └── MediaUnreadable  a file given to `python -m capture.analysis` holds nothing that can be analysed

A picture or sound in which nothing is found is no error: it is an observation.
"""

from __future__ import annotations

from capture.errors import CaptureError


class AnalysisError(CaptureError):
    """Base of every error of this package."""


class ModelMissing(AnalysisError):
    """A model file is not there."""


class ModelInvalid(AnalysisError):
    """A model file has another content than the manifest says, or this machine cannot run it."""


class MediaUnreadable(AnalysisError):
    """A file holds neither picture nor sound that can be read."""


class NotationInvalid(AnalysisError):
    """A line of the sealed log holds no observations as this version writes them."""
