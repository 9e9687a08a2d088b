"""institution.json: who the institution is, and where its sessions are fetched from."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.policy.delivery import Endpoint
from app.policy.document import Identifier, Title
from crypto.keyfile import DEFAULT_ITERATIONS, FEWEST_ITERATIONS, MOST_ITERATIONS


class InstitutionRecord(BaseModel):
    """institution.json. `endpoint` is where sessions are fetched from; `iterations` is used for new key files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Annotated[int, Field(ge=1, le=1)] = 1
    id: Identifier
    name: Title
    iterations: int = Field(default=DEFAULT_ITERATIONS, ge=FEWEST_ITERATIONS, le=MOST_ITERATIONS)
    endpoint: Endpoint | None = None

    def to_bytes(self) -> bytes:
        """The file as it is written."""
        return self.model_dump_json(indent=2).encode() + b"\n"
