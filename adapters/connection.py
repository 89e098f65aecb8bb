"""What every connection over HTTP is configured with; each protocol adds its address and its application."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from domain.money import Currency


class HttpConnection(BaseModel):
    """One account at a supplier. Durations are ISO 8601 (`PT2M`). Errors never show what was configured."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    secret: SecretStr = Field(description="Signs requests; its 32 bytes are also the AES-256 key of cards.")
    callback_url: str = Field("", description="Where the supplier reports to; empty: it is only asked.")
    currency: Currency = "CNY"
    absence_after: timedelta = Field(
        timedelta(minutes=2),
        ge=timedelta(0),
        description="How long after the last submission 'no such order' can be believed.",
    )
    timeout: timedelta = Field(timedelta(seconds=30), gt=timedelta(0), description="For one whole exchange.")
    max_per_second: float = Field(20, gt=0, description="The rate of each of its task queues; the worker's.")

    @field_validator("secret")
    @classmethod
    def _is_an_aes_256_key(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value().encode()) != 32:
            raise ValueError("must be 32 bytes long, since it is also an AES-256 key")
        return secret
