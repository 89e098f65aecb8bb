"""Opens a request to the Fulu gateway: the envelope's fields, its signature, its business text."""

import hmac
import time
from dataclasses import dataclass

from simulator import china_time, fields
from simulator.fields import BadField, JsonObject
from simulator.fulu.codes import BAD_REQUEST, UNAUTHORISED, EnvelopeError, WrongSignature
from simulator.fulu.crypto import sign_envelope

WINDOW_SECONDS = 600
"""How far a timestamp may be off. The protocol page states none."""

_FIXED = {"version": "2.0", "format": "json", "charset": "utf-8", "sign_type": "md5", "app_auth_token": ""}
_FILLED = ("app_key", "method", "timestamp", "sign", "biz_content")


@dataclass(frozen=True, slots=True)
class Call:
    """An authentic request."""

    method: str
    business: JsonObject


def open_envelope(content_type: str, body: bytes, app_key: str, secret: str) -> Call:
    """Raises EnvelopeError unless this is a complete, timely and rightly signed request."""
    if content_type.split(";")[0].strip().lower() != "application/json":
        raise EnvelopeError(BAD_REQUEST, "Content-Type 必须是 application/json")
    try:
        envelope = fields.parse_object(body)
        sent = {name: fields.text(envelope, name) for name in _FILLED}
        _check_fixed(envelope)
        moment = china_time.from_text(sent["timestamp"])
    except BadField as error:
        raise EnvelopeError(BAD_REQUEST, str(error)) from None
    except ValueError:
        raise EnvelopeError(BAD_REQUEST, "timestamp 格式错误") from None
    if sent["app_key"] != app_key:
        raise EnvelopeError(UNAUTHORISED, "app_key 不存在")
    if not hmac.compare_digest(sign_envelope(envelope, secret).encode(), sent["sign"].encode()):
        raise WrongSignature
    if abs(time.time() - moment) > WINDOW_SECONDS:
        raise EnvelopeError(UNAUTHORISED, "timestamp 已过期")
    return Call(sent["method"], fields.parse_object(sent["biz_content"]))


def _check_fixed(envelope: JsonObject) -> None:
    for name, expected in _FIXED.items():
        if envelope.get(name) != expected:
            raise BadField(f"{name} 必须是 {expected!r}")
    unknown = set(envelope) - set(_FIXED) - set(_FILLED)
    if unknown:
        raise BadField(f"多余的参数 {sorted(unknown)}")
