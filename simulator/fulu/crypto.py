"""Fulu's signature over sorted characters, and its encryption of cards."""

import base64
import hashlib
import json
from collections.abc import Mapping

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7


def sign_text(text: str, secret: str) -> str:
    """Lower-case hex of md5(the characters sorted by code point + secret)."""
    return hashlib.md5(("".join(sorted(text)) + secret).encode()).hexdigest()


def sign_envelope(envelope: Mapping[str, object], secret: str) -> str:
    """The signature of a request: over its compact JSON without `sign`; the order of keys does not matter."""
    unsigned = {name: value for name, value in envelope.items() if name != "sign"}
    return sign_text(compact(unsigned), secret)


def compact(value: object) -> str:
    """JSON without spaces and without escapes of slashes or of non-ASCII."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def encrypt_card(text: str, secret: str) -> str:
    """AES-256-ECB with PKCS#7 padding under the secret's 32 characters, in base64."""
    padder = PKCS7(algorithms.AES.block_size).padder()
    padded = padder.update(text.encode()) + padder.finalize()
    encryptor = Cipher(algorithms.AES(secret.encode()), modes.ECB()).encryptor()
    return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()
