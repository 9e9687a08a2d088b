"""The detection models: read from `resources/models`, checked against the manifest, run by LiteRT on one thread."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from capture.analysis.errors import AnalysisFailure, AnalysisFault, ModelInvalid, ModelMissing
from capture.analysis.model_versions import hashes
from resources.models import model as model_file

Tensor = NDArray[np.float32]


class Model:
    """One network with one square picture input.

    Not for use by several threads at once.

    Raises:
        ModelMissing: `resources/models/fetch.py` has not run.
        ModelInvalid: the file has another hash than the manifest's, or cannot be loaded.
    """

    def __init__(self, name: str) -> None:
        from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415 - 10 MB that most exams do not need

        content = _checked(name)
        try:
            self._interpreter = Interpreter(model_content=content, num_threads=1)
            self._interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            failure = AnalysisFailure(AnalysisFault.MODEL_NOT_RUNNABLE, name, type(error).__name__)
            raise ModelInvalid(f"The model {name} cannot be run on this machine: {error}", failure) from error
        given: dict[str, Any] = self._interpreter.get_input_details()[0]
        self._input = int(given["index"])
        self.side = int(given["shape"][1])
        # Outputs are identified by size: their order differs between builds.
        self._outputs = {
            int(np.prod(out["shape"])): int(out["index"]) for out in self._interpreter.get_output_details()
        }

    def input(self) -> Tensor:
        """Give the network's own picture to write into, shape (side, side, 3), order RGB; not to be kept."""
        picture: Tensor = self._interpreter.tensor(self._input)()[0]
        return picture

    def run(self) -> dict[int, Tensor]:
        """Return the flat outputs by their number of values for the picture in `input`."""
        self._interpreter.invoke()
        return {size: self._interpreter.get_tensor(index).reshape(-1) for size, index in self._outputs.items()}


def _checked(name: str) -> bytes:
    try:
        content = model_file(name).read_bytes()
    except FileNotFoundError as error:
        missing = AnalysisFailure(AnalysisFault.MODEL_MISSING, name)
        raise ModelMissing(f"The model {name} is not there. Bring it with: make models", missing) from error
    if hashlib.sha256(content).hexdigest() != hashes()[name]:
        refused = AnalysisFailure(AnalysisFault.MODEL_REFUSED, name)
        raise ModelInvalid(f"The model {name} is not the manifest's. Bring it again with: make models", refused)
    return content
