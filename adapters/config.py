"""What every connection is configured with, and every one over HTTP; each protocol adds its own fields."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from domain.money import Currency, decimals


class ConnectionConfig(BaseModel):
    """One account at a supplier. Durations are ISO 8601 (`PT2M`). Errors never show what was configured."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    protocol: str = Field(description="The name of a supplier protocol.")
    currency: Currency = "CNY"
    sandbox_of: str | None = Field(
        None, description="The connection whose test system it leads to: orders of test channels go there."
    )
    max_per_second: float = Field(20, gt=0, description="The rate of each of its task queues; the worker's.")


class HttpConnection(ConnectionConfig):
    """One account at a supplier that is reached over HTTP and signs with a secret of 32 bytes."""

    secret: SecretStr = Field(description="Signs requests; its 32 bytes are also the AES-256 key of cards.")
    callback_url: str = Field("", description="Where the supplier sends callbacks; empty: it is only asked.")
    timeout: timedelta = Field(timedelta(seconds=30), gt=timedelta(0), description="For one whole exchange.")
    absence_after: timedelta = Field(
        timedelta(minutes=2),
        ge=timedelta(0),
        validate_default=True,
        description="How long after the last submission 'no such order' can be believed.",
    )

    @field_validator("secret")
    @classmethod
    def _is_an_aes_256_key(cls, secret: SecretStr) -> SecretStr:
        if len(secret.get_secret_value().encode()) != 32:
            raise ValueError("must be 32 bytes long, since it is also an AES-256 key")
        return secret

    @field_validator("currency")
    @classmethod
    def _has_two_decimals(cls, currency: str) -> str:
        if decimals(currency) != 2:
            raise ValueError("must have two decimals, since suppliers' amounts are read so")
        return currency

    @field_validator("absence_after")
    @classmethod
    def _outlasts_our_own_request(cls, absence_after: timedelta, info: ValidationInfo) -> timedelta:
        timeout = info.data.get("timeout")  # missing when it is itself wrong
        if timeout is not None and absence_after < timeout:
            raise ValueError(
                "must not be shorter than timeout: our own request may be under way for that long"
            )
        return absence_after
