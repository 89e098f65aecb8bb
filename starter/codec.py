"""Temporal's payloads, encrypted: whoever holds Temporal's database or UI alone reads no order.

The same key ring that seals the book encrypts payloads; the key's id travels with each, so keys can rotate
under running orders. Only what Perkflow writes for the people at Temporal's UI stays readable: texts marked
`domain.texts.ForPeople`, and a run's current details.

What came in plaintext, is not ours or cannot be opened is marked (`domain.unreadable`). Whoever says what is
to be read, as for results and inputs of activities, gets an error for it, until the key is there. A run's
handlers say nothing beforehand (`workflows.run.door`), and what anybody may have sent to them fails no task.
That a payload is ours shows by a digest under the key that never rotates, which every worker has: what is not
ours is the same to all of them, whatever keys they have.
"""

import dataclasses
import hmac
import json
from collections.abc import Sequence
from typing import Any

from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.common import RawValue
from temporalio.contrib.pydantic import PydanticPayloadConverter, pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
    PayloadConverter,
)

from domain import unreadable
from domain.texts import ForPeople
from storage.base.sealing import KeyMissing, SealingError, Vault

ENCODING = b"binary/encrypted"
CONTEXT = "temporal-payload"
FOR_PEOPLE = "perkflow-for-people"
OURS = "perkflow-ours"


class EncryptionCodec(PayloadCodec):
    """AES-256-GCM over whole payloads, metadata included; texts for the UI pass."""

    def __init__(self, vault: Vault) -> None:
        self._ring = vault.ring
        self._fingerprints = vault.fingerprints

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each payload under the sealing key."""
        return [payload if _is_for_the_ui(payload) else self._sealed(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Decrypt what `encode` made, and mark what it did not make or what does not open."""
        return [payload if _is_for_the_ui(payload) else self._opened(payload) for payload in payloads]

    def _opened(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return _marked("it came in plaintext, and only what is encrypted is read")
        ours = self._fingerprints.payload(payload.data)
        if not hmac.compare_digest(payload.metadata.get(OURS, b""), ours):
            return _marked("it is not ours, or was changed")
        try:
            return Payload.FromString(self._ring.open(payload.data, CONTEXT))
        except KeyMissing as error:
            return _marked(str(error), no_key=True)
        except (SealingError, DecodeError) as error:
            return _marked(str(error))

    def _sealed(self, payload: Payload) -> Payload:
        sealed = self._ring.seal(payload.SerializeToString(), CONTEXT)
        key_id = self._ring.sealing_key.encode()
        ours = self._fingerprints.payload(sealed)
        return Payload(metadata={"encoding": ENCODING, "encryption-key-id": key_id, OURS: ours}, data=sealed)


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

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
        """The values; where nobody said what they are, as far as they can be read. Raises SealingError."""
        if not type_hints:
            return [self._as_it_came(payload) for payload in payloads]
        for payload, hint in zip(payloads, type_hints, strict=False):
            if hint is not RawValue and payload.metadata.get("encoding") == unreadable.ENCODING:
                raise SealingError(payload.data.decode())
        return super().from_payloads(payloads, type_hints)

    def _as_it_came(self, payload: Payload) -> Any:
        try:
            [value] = super().from_payloads([payload])
        except Exception:
            return RawValue(payload)
        return ForPeople(value) if FOR_PEOPLE in payload.metadata else value


class SealedFailureConverter(DefaultFailureConverterWithEncodedAttributes):
    """Failures whose message and stack trace are encrypted; not read while their key is missing."""

    def from_failure(self, failure: Failure, payload_converter: PayloadConverter) -> BaseException:
        """The failure as an exception. Raises SealingError."""
        if unreadable.NO_KEY in failure.encoded_attributes.metadata:
            raise SealingError(failure.encoded_attributes.data.decode())
        return super().from_failure(failure, payload_converter)


def _marked(why: str, *, no_key: bool = False) -> Payload:
    metadata = {"encoding": unreadable.ENCODING, **({unreadable.NO_KEY: b"1"} if no_key else {})}
    return Payload(metadata=metadata, data=why.encode())


def _readable(text: ForPeople) -> Payload:
    metadata = {"encoding": b"json/plain", FOR_PEOPLE: b"1"}
    return Payload(metadata=metadata, data=json.dumps(str(text), ensure_ascii=False).encode())


def _is_for_the_ui(payload: Payload) -> bool:
    details = payload.metadata.get("messageType") == b"temporal.api.sdk.v1.WorkflowMetadata"
    protobuf = payload.metadata.get("encoding") in (b"json/protobuf", b"binary/protobuf")
    return (details and protobuf) or FOR_PEOPLE in payload.metadata


def data_converter(vault: Vault) -> DataConverter:
    """Pydantic models, encrypted; failure messages and stack traces as well."""
    return dataclasses.replace(
        pydantic_data_converter,
        payload_converter_class=MarkingPayloadConverter,
        payload_codec=EncryptionCodec(vault),
        failure_converter_class=SealedFailureConverter,
    )
