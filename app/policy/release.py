"""Who may release a held exam, and for what reasons: a closed list, so that no name enters the recording."""

from __future__ import annotations

import base64
import binascii
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.policy.errors import SettingsCode
from app.policy.section import faulty
from crypto.errors import FormatError
from crypto.release import require_public

RELEASE_REASONS: Final = ("checked", "technical", "accommodation", "mistaken", "other")
"""What staff can give as the reason; the place in this list travels in the answer, so entries are only ever added."""


class ReleaseKey(BaseModel):
    """Public key of staff who may release a held exam, made by ``invigilo-institution release-key``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kid: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@:+-]{0,63}$")
    public_b64: str = Field(max_length=44, description="X25519 public key, 32 bytes in base64")

    @model_validator(mode="after")
    def _usable(self) -> ReleaseKey:
        try:
            require_public(self.public())
        except (binascii.Error, FormatError) as error:
            raise faulty(SettingsCode.NO_RELEASE_KEY, "public_b64") from error
        return self

    def public(self) -> bytes:
        """The key's 32 bytes."""
        return base64.b64decode(self.public_b64, validate=True)
