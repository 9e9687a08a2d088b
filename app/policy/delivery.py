"""Where recordings go: the endpoints of the institution, each with all that is needed to trust it."""

from __future__ import annotations

import base64
from typing import Annotated

from cryptography import x509
from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.policy.canonical_address import Address
from app.policy.errors import AddressInvalid, SettingsCode
from app.policy.section import faulty, faulty_address
from crypto.ed25519 import is_strict

Region = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")]


class Endpoint(BaseModel):
    """One endpoint: its region, address, certificate authority and the key its receipts are signed with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    region: Region
    url: str = Field(max_length=512, description="https address of the endpoint, without a path")
    ca_pem: str = Field(max_length=32_768, description="The certificate authority, PEM; no other is trusted")
    receipt_key: str = Field(description="Ed25519 public key of the endpoint's receipts, 32 bytes in base64")
    endpoint_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")

    @field_validator("url")
    @classmethod
    def _https(cls, url: str) -> str:
        try:
            address = Address.parse(url)
        except AddressInvalid as error:
            raise faulty_address(error) from error
        if address.scheme != "https" or address.path != "/" or address.query or "#" in url:
            raise faulty(SettingsCode.ENDPOINT_ADDRESS)
        return str(address).removesuffix("/")

    @field_validator("ca_pem")
    @classmethod
    def _certificates(cls, pem: str) -> str:
        try:
            x509.load_pem_x509_certificates(pem.encode())
        except ValueError as error:
            raise faulty(SettingsCode.NO_CERTIFICATE) from error
        if "PRIVATE KEY" in pem:
            raise faulty(SettingsCode.PRIVATE_KEY)
        return pem

    @field_validator("receipt_key")
    @classmethod
    def _ed25519(cls, text: str) -> str:
        try:
            key = base64.b64decode(text, validate=True)
        except ValueError as error:
            raise faulty(SettingsCode.NO_RECEIPT_KEY) from error
        if not is_strict(key):
            raise faulty(SettingsCode.NO_RECEIPT_KEY)
        return text


class DeliverySettings(BaseModel):
    """The endpoints, the preferred one first; a client delivers to no other address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoints: tuple[Endpoint, ...] = Field(min_length=1, max_length=16)

    @field_validator("endpoints")
    @classmethod
    def _distinct(cls, endpoints: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
        if len({endpoint.url for endpoint in endpoints}) != len(endpoints):
            raise faulty(SettingsCode.TWICE)
        return endpoints
