"""The events that are sent, as the document describes them."""

from typing import Any

from domain.webhooks.catalogue import PUBLIC

_BODY = {"application/json": {"schema": {"$ref": "#/components/schemas/Notification"}}}
_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")


def webhooks() -> dict[str, Any]:
    """Each event, by its name."""
    parameters = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}} for name in _HEADERS
    ]
    return {
        event: {
            "post": {
                "operationId": f"on_{event.replace('.', '_')}",
                "summary": said,
                "parameters": parameters,
                "requestBody": {"required": True, "content": _BODY},
                "responses": {"2XX": {"description": "It was taken."}},
            }
        }
        for event, said in PUBLIC.items()
    }
