"""AES-256-ECB as both vendors use it."""

import pytest

from adapters.answers.card_cipher import decrypt
from tests.adapters.support import FULU_SECRET

PUBLISHED = "12nCp6X/nALmrvr1erxK+D4L8n/kqz/RItKWUfvZrCU="


def test_the_vector_that_fulu_publishes() -> None:
    assert decrypt(PUBLISHED, FULU_SECRET) == "CD1000250201906121742434441"


@pytest.mark.parametrize(
    "ciphertext", ["", "not base64!", "QUJD", PUBLISHED[:-4], "QUJDREVGR0hJSktMTU5PUA==", "密文"]
)
def test_what_cannot_be_decrypted_is_said_without_the_text(ciphertext: str) -> None:
    with pytest.raises(ValueError, match=r"^a card could not be decrypted$"):
        decrypt(ciphertext, FULU_SECRET)


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(ValueError, match=r"^a card could not be decrypted$"):
        decrypt(PUBLISHED, FULU_SECRET[::-1])
