"""Sealing: AES-256-GCM under a rotating key ring, and the keyed digests that never rotate.

A sealed value is `key id length | key id | 12-byte nonce | ciphertext`. The first key of the ring seals,
all of them open, so rotating means putting a new key in front. `context` (additional data) binds a sealed
value to its place: one copied into another row does not open.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain import spelling

NONCE_BYTES, TAG_BYTES = 12, 16
_KEY_ID = re.compile(r"[A-Za-z0-9._-]{1,32}")


class SealingError(Exception):
    """A key is missing or malformed, or a sealed value does not open. Never carries key material."""


class KeyMissing(SealingError):
    """The key that a value names, `key_id`, is not in the ring."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"no key {key_id!r} in the key ring; add it behind the sealing key")
        self.key_id = key_id


@dataclass(frozen=True)
class KeyRing:
    """AES-256 keys by id; `sealing_key` names the one that seals."""

    keys: Mapping[str, AESGCM]
    sealing_key: str

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read `id:base64,id:base64`; each key has 32 bytes. Raises SealingError naming the entry."""
        keys: dict[str, AESGCM] = {}
        for number, entry in enumerate(text.split(","), start=1):
            key_id, _, encoded = entry.strip().partition(":")
            if not encoded or not _KEY_ID.fullmatch(key_id) or key_id in keys:
                raise SealingError(f"entry {number} of the key ring must be id:base64, its id unique")
            keys[key_id] = AESGCM(decode_key(encoded, f"entry {number} of the key ring"))
        return cls(keys, next(iter(keys)))

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt under the sealing key, bound to `context`."""
        key_id = self.sealing_key.encode()
        nonce = os.urandom(NONCE_BYTES)
        ciphertext = self.keys[self.sealing_key].encrypt(nonce, plaintext, context.encode())
        return bytes([len(key_id)]) + key_id + nonce + ciphertext

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt what `seal` made. Raises SealingError when the key is gone or the context differs."""
        split = 1 + (sealed[0] if sealed else 0)
        key_id = sealed[1:split].decode(errors="replace")
        key = self.keys.get(key_id)
        if key is None:
            whole = len(sealed) >= split + NONCE_BYTES + TAG_BYTES
            known = whole and _KEY_ID.fullmatch(key_id) is not None
            if known:
                raise KeyMissing(key_id)
            raise SealingError("no key for this value in the key ring; add it behind the sealing key")
        nonce, ciphertext = sealed[split : split + NONCE_BYTES], sealed[split + NONCE_BYTES :]
        try:
            return key.decrypt(nonce, ciphertext, context.encode())
        except (InvalidTag, ValueError):
            raise SealingError(f"a value sealed for {context} does not open with key {key_id!r}") from None


def decode_key(encoded: str, name: str) -> bytes:
    """32 bytes from base64. Raises SealingError naming the key, never showing it."""
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise SealingError(f"{name} is not base64") from None
    if len(key) != 32:
        raise SealingError(f"{name} has {len(key)} bytes; it needs 32")
    return key


def new_data_key(ring: KeyRing, order_id: str) -> tuple[KeyRing, bytes]:
    """A fresh key for one order: a ring of it alone, and the key itself wrapped under `ring`."""
    key = AESGCM.generate_key(bit_length=256)
    return KeyRing({"order": AESGCM(key)}, "order"), ring.seal(key, f"data-key/{order_id}")


def unwrap_data_key(ring: KeyRing, order_id: str, wrapped: bytes) -> KeyRing:
    """The ring that `new_data_key` made for this order."""
    return KeyRing({"order": AESGCM(ring.open(wrapped, f"data-key/{order_id}"))}, "order")


@dataclass(frozen=True)
class Fingerprints:
    """Keyed digests for equality without plaintext: of credentials, and of accounts (the blind index)."""

    key: bytes

    def credential(self, number: str | None, password: str | None, link: str | None) -> str:
        """The fingerprint of a credential as a whole, with its case, but for what nobody sees in it."""
        return self._digest("credential", _together((number, password, link), case_sensitive=True))

    def secrets(
        self, number: str | None, password: str | None, link: str | None, *, case_sensitive: bool = False
    ) -> list[str]:
        """The fingerprints that no other credential may have, whichever part it is: one key is one key.

        Where no part is long enough to count alone, all of them count together. What is compared without its
        case counts with it as well, so that it is also known to products whose keys differ by case alone.
        """
        parts = (number, password, link)
        spelt = set()
        for exactly in {case_sensitive, True}:
            alone = [spelling.secret(part, case_sensitive=exactly) for part in spelling.secrets_alone(*parts)]
            spelt |= set(alone or [_together(parts, case_sensitive=exactly)])
        return sorted(self._digest("secret", each) for each in spelt)

    def account(self, value: str) -> str:
        """The blind index of a phone, e-mail, account or address, however it is written."""
        return self._digest("account", spelling.account(value))

    def buyer(self, reference: str) -> str:
        """The blind index of a channel's reference to a buyer, however it is written."""
        return self._digest("buyer", spelling.account(reference))

    def recipient(self, document: str) -> str:
        """Of an account with all that belongs to it: whether it is the same one once more."""
        return self._digest("recipient", document)

    def payload(self, sealed: bytes) -> bytes:
        """What shows that a sealed payload is ours, also to whoever has not the key that sealed it."""
        return hmac.new(self.key, b"payload\0" + sealed, hashlib.sha256).digest()

    def request(self, digest: str) -> str:
        """What stands for a person's request where outsiders can read it."""
        return self._digest("request", digest)[:32]

    def _digest(self, purpose: str, value: str) -> str:
        return hmac.new(self.key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def _together(parts: Sequence[str | None], *, case_sensitive: bool) -> str:
    return "\0".join(spelling.secret(part or "", case_sensitive=case_sensitive) for part in parts)


@dataclass(frozen=True)
class Vault:
    """All keys a process holds."""

    ring: KeyRing
    fingerprints: Fingerprints
