"""Lets a file of the project be imported as other code than it holds."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType


class Substitute(importlib.abc.MetaPathFinder, importlib.machinery.SourceFileLoader):
    """Gives other code for one file below the project's `root`."""

    def __init__(self, root: Path, path: Path, code: CodeType) -> None:
        self._module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        importlib.machinery.SourceFileLoader.__init__(self, self._module, str(path))
        self._code = code

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        if fullname != self._module:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def get_code(self, fullname: str) -> CodeType:
        return self._code
