"""Card decryption, which vendors define alike: base64, AES-256-ECB, PKCS#7, the secret's bytes as key.

Source: the pages "card encryption" of each vendor. Some encrypt what a query answers, others callbacks alone.
"""

import base64
import binascii

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7


def decrypt(ciphertext: str, secret: str) -> str:
    """The UTF-8 plaintext. Raises ValueError, which names neither text nor key."""
    try:
        encrypted = base64.b64decode(ciphertext, validate=True)
        decryptor = Cipher(algorithms.AES256(secret.encode()), modes.ECB()).decryptor()
        padded = decryptor.update(encrypted) + decryptor.finalize()
        unpadder = PKCS7(128).unpadder()
        return (unpadder.update(padded) + unpadder.finalize()).decode("utf-8")
    except (binascii.Error, ValueError):
        raise ValueError("a card could not be decrypted") from None
