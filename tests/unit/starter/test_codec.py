"""What Temporal stores: payloads and failures that nobody reads without the key ring."""

import base64

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from domain.messages import PlaceOrder
from domain.unreadable import ENCODING, NO_KEY
from starter.codec import EncryptionCodec, data_converter
from storage.base.sealing import Fingerprints, KeyRing, SealingError, Vault
from tests.unit.builders import order, phone


def vault(*names: str, ours: bytes = b"ours") -> Vault:
    """A vault with a ring of these keys, each of its own last character's byte."""
    keys = (f"{name}:{base64.b64encode(name[-1].encode() * 32).decode()}" for name in names)
    return Vault(KeyRing.parse(",".join(keys)), Fingerprints(ours * 8))


OLD, ROTATED, NEW_ONLY = vault("k1"), vault("k2", "k1"), vault("k2")
OTHERS = vault("k1", ours=b"them")
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'"13800138000"')


async def test_a_payload_comes_back_with_its_metadata() -> None:
    codec = EncryptionCodec(OLD)
    assert await codec.decode(await codec.encode([PLAIN, Payload()])) == [PLAIN, Payload()]


async def test_an_encoded_payload_names_its_encoding_and_the_id_of_its_key() -> None:
    (encoded,) = await EncryptionCodec(ROTATED).encode([PLAIN])
    ours = ROTATED.fingerprints.payload(encoded.data)
    assert dict(encoded.metadata) == {
        "encoding": b"binary/encrypted",
        "encryption-key-id": b"k2",
        "perkflow-ours": ours,
    }


async def test_an_encoded_payload_shows_neither_data_nor_metadata() -> None:
    (encoded,) = await EncryptionCodec(OLD).encode([PLAIN])
    stored = encoded.SerializeToString()
    assert b"13800138000" not in stored
    assert b"json/plain" not in stored


async def test_after_a_rotation_old_payloads_are_read_and_new_ones_use_the_new_key() -> None:
    old = await EncryptionCodec(OLD).encode([PLAIN])
    assert await EncryptionCodec(ROTATED).decode(old) == [PLAIN]
    new = await EncryptionCodec(ROTATED).encode([PLAIN])
    assert await EncryptionCodec(NEW_ONLY).decode(new) == [PLAIN]


async def test_a_payload_whose_key_is_gone_is_an_error_that_names_the_key() -> None:
    old = await data_converter(OLD).encode(["13800138000"])
    with pytest.raises(SealingError, match=r"^no key 'k1' in the key ring"):
        await data_converter(NEW_ONLY).decode(old, [str])


async def test_a_payload_that_was_changed_is_an_error() -> None:
    (encoded,) = await data_converter(OLD).encode(["13800138000"])
    encoded.data = encoded.data[:-1] + bytes([encoded.data[-1] ^ 1])
    with pytest.raises(SealingError, match=r"^it is not ours, or was changed$"):
        await data_converter(OLD).decode([encoded], [str])


async def test_a_payload_that_came_in_plaintext_is_an_error() -> None:
    with pytest.raises(SealingError, match=r"^it came in plaintext, and only what is encrypted is read$"):
        await data_converter(OLD).decode([PLAIN], [str])


@pytest.mark.parametrize("reader", [OLD, NEW_ONLY], ids=["with its key", "without"])
async def test_a_payload_that_is_not_ours_is_the_same_to_whoever_reads_it(reader: Vault) -> None:
    """A worker that had its key would otherwise replay a run differently from one that had not."""
    (sealed,) = await EncryptionCodec(OTHERS).encode([PLAIN])
    (opened,) = await EncryptionCodec(reader).decode([sealed])
    assert opened == Payload(metadata={"encoding": ENCODING}, data=b"it is not ours, or was changed")


async def test_what_nobody_said_the_type_of_stays_as_it_came_and_shows_nothing() -> None:
    (sealed,) = await data_converter(NEW_ONLY).encode(["13800138000"])
    rubbish = Payload(metadata={"encoding": b"json/plain"}, data=b"{13800138000")
    (sealed_rubbish,) = await EncryptionCodec(OLD).encode([rubbish])
    (readable,) = await data_converter(OLD).encode([{"a": 1}])
    came = [PLAIN, sealed, sealed_rubbish, readable]
    plain, unopened, broken, read = await data_converter(OLD).decode(came)
    assert [plain.payload.metadata["encoding"], unopened.payload.metadata["encoding"]] == [ENCODING] * 2
    assert [NO_KEY in plain.payload.metadata, NO_KEY in unopened.payload.metadata] == [False, True]
    assert b"138" not in plain.payload.data + unopened.payload.data
    assert (broken.payload, read) == (rubbish, {"a": 1})


async def test_a_failure_whose_key_is_gone_is_an_error() -> None:
    """Read without its message, it would be decided upon by what it does not say."""
    failure = Failure()
    await data_converter(OLD).encode_failure(ApplicationError("no card", type="Stock"), failure)
    with pytest.raises(SealingError, match=r"^no key 'k1' in the key ring"):
        await data_converter(NEW_ONLY).decode_failure(failure)


async def test_a_message_travels_encrypted_and_comes_back_as_it_was() -> None:
    converter = data_converter(ROTATED)
    placed = PlaceOrder.model_validate(
        {
            "document": order(recipients={"shared": phone()}, context={"ip": "10.0.0.1"}),
            "digest": "d",
            "received_at": "2026-03-28T22:30:00Z",
        }
    )
    payloads = await converter.encode([placed])
    stored = b"".join(payload.SerializeToString() for payload in payloads)
    assert b"13800138000" not in stored
    assert b"10.0.0.1" not in stored
    assert await converter.decode(payloads, [PlaceOrder]) == [placed]


async def test_a_failure_shows_neither_message_nor_stack_nor_details_nor_cause() -> None:
    converter = data_converter(OLD)
    try:
        try:
            raise ValueError("cause 13800138000")
        except ValueError as cause:
            raise ApplicationError("message 13800138000", "detail 13800138000") from cause
    except ApplicationError as error:
        raised = error
    failure = Failure()
    await converter.encode_failure(raised, failure)
    assert b"13800138000" not in failure.SerializeToString()
    assert b"test_codec" not in failure.SerializeToString()
    assert (failure.message, failure.cause.message) == ("Encoded failure", "Encoded failure")
    assert (failure.stack_trace, failure.cause.stack_trace) == ("", "")


async def test_a_failure_is_read_again_with_the_ring() -> None:
    converter = data_converter(OLD)
    failure = Failure()
    await converter.encode_failure(ApplicationError("no card", "detail", type="Stock"), failure)
    error = await data_converter(ROTATED).decode_failure(failure)
    assert isinstance(error, ApplicationError)
    assert (error.message, error.type, list(error.details)) == ("no card", "Stock", ["detail"])
