"""The base of every section of the exam settings."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """One section of the settings: it never changes, and refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")
