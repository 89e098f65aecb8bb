"""Temporal's payloads, encrypted: whoever holds Temporal's database or UI alone reads no order.

The same key ring that seals the book encrypts payloads; the key's id travels with each, so keys can rotate
under running orders. Only what Perkflow writes for the people at Temporal's UI stays readable: texts marked
`domain.texts.ForPeople`, and a run's current details.
"""

import dataclasses
import json
from collections.abc import Sequence
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter, pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)

from domain.texts import ForPeople
from storage.sealing import KeyRing

ENCODING = b"binary/encrypted"
CONTEXT = "temporal-payload"
FOR_PEOPLE = "perkflow-for-people"


class EncryptionCodec(PayloadCodec):
    """AES-256-GCM over whole payloads, metadata included; texts for the UI pass."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each payload under the sealing key."""
        return [payload if _is_for_the_ui(payload) else self._sealed(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt what `encode` made; other payloads pass. Raises SealingError when a key is missing."""
        return [
            Payload.FromString(self._ring.open(payload.data, CONTEXT))
            if payload.metadata.get("encoding") == ENCODING
            else payload
            for payload in payloads
        ]

    def _sealed(self, payload: Payload) -> Payload:
        return Payload(
            metadata={"encoding": ENCODING, "encryption-key-id": self._ring.sealing_key.encode()},
            data=self._ring.seal(payload.SerializeToString(), CONTEXT),
        )


class MarkingPayloadConverter(PydanticPayloadConverter):
    """Pydantic's converter, which also marks the texts that the codec is to leave readable."""

    def to_payloads(self, values: Sequence[Any]) -> list[Payload]:
        """One payload a value; the mark is metadata that other readers ignore."""
        super_payloads = super().to_payloads
        return [
            payload
            for value in values
            for payload in ([_readable(value)] if isinstance(value, ForPeople) else super_payloads([value]))
        ]


def _readable(text: ForPeople) -> Payload:
    metadata = {"encoding": b"json/plain", FOR_PEOPLE: b"1"}
    return Payload(metadata=metadata, data=json.dumps(str(text), ensure_ascii=False).encode())


def _is_for_the_ui(payload: Payload) -> bool:
    details = payload.metadata.get("messageType") == b"temporal.api.sdk.v1.WorkflowMetadata"
    return details or FOR_PEOPLE in payload.metadata


def data_converter(ring: KeyRing) -> DataConverter:
    """Pydantic models, encrypted; failure messages and stack traces as well."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_converter_class=MarkingPayloadConverter,
        payload_codec=EncryptionCodec(ring),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
