"""What can go wrong in local detection.

    CaptureError
    └── AnalysisError
        ├── ModelError       a model cannot be used
        │   ├── ModelMissing     its file is not there
        │   └── ModelInvalid     its file is not the one the manifest names, or cannot be run
        ├── NotationInvalid  a sealed line holds no observations as this version writes them
        └── MediaUnreadable  a file given to `python -m capture.analysis` holds nothing that can be analysed

A picture or sound in which nothing is found is no error: it is an observation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from capture.errors import CaptureError


class AnalysisFault(StrEnum):
    """Why nothing is analysed."""

    MODEL_MISSING = "model_missing"
    MODEL_REFUSED = "model_refused"
    """The file of a model is not the one that the manifest names."""
    MODEL_NOT_RUNNABLE = "model_not_runnable"
    ANALYSIS_STOPPED = "analysis_stopped"
    """What was analysed made the analyser stop."""


@dataclass(frozen=True)
class AnalysisFailure:
    """Why nothing is analysed from now on; `model` is a model's name, `error` the class name of what was raised."""

    code: AnalysisFault
    model: str | None = None
    error: str | None = None


class AnalysisError(CaptureError):
    """Base of every error of this package."""


class ModelError(AnalysisError):
    """A model cannot be used; `failure` says why in a code."""

    def __init__(self, sentence: str, failure: AnalysisFailure) -> None:
        super().__init__(sentence)
        self.failure = failure


class ModelMissing(ModelError):
    """A model file is not there."""


class ModelInvalid(ModelError):
    """A model file has another content than the manifest says, or this machine cannot run it."""


class MediaUnreadable(AnalysisError):
    """A file holds neither picture nor sound that can be read."""


class NotationInvalid(AnalysisError):
    """A line of the sealed log holds no observations as this version writes them."""
