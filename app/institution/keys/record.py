"""institution.json: who the institution is, and where its sessions are fetched from."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.durable_files.writing import write_file
from app.institution.errors import NotAnInstitution
from app.policy.delivery import Endpoint
from app.policy.document import Identifier, Title
from crypto.keyfile import DEFAULT_ITERATIONS, FEWEST_ITERATIONS, MOST_ITERATIONS
from resources.language import _, isolate


class InstitutionRecord(BaseModel):
    """institution.json. `endpoint` is where sessions are fetched from; `iterations` is used for new key files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Annotated[int, Field(ge=1, le=1)] = 1
    id: Identifier
    name: Title
    iterations: int = Field(default=DEFAULT_ITERATIONS, ge=FEWEST_ITERATIONS, le=MOST_ITERATIONS)
    endpoint: Endpoint | None = None

    def write(self, folder: Path) -> None:
        """Write the record into the institution's `folder`."""
        write_file(folder / "institution.json", self.model_dump_json(indent=2).encode() + b"\n", private=False)


def require_new(folder: Path, root_file: Path | None = None) -> None:
    """Raise `NotAnInstitution` where there is an institution in `folder`, or a root key in `root_file`, already."""
    if (folder / "institution.json").exists():
        raise NotAnInstitution(
            _("“{folder}” already holds an institution; choose another folder with --dir").format(
                folder=isolate(folder)
            )
        )
    if root_file is not None and root_file.exists():
        raise NotAnInstitution(
            _("“{file}” exists already; another root key is not put in its place").format(file=isolate(root_file))
        )
