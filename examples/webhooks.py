"""Take what Perkflow sends: print each event that is signed for this endpoint, refuse everything else.

PERKFLOW_SECRET=whsec_... python examples/webhooks.py 9000
"""

import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

WEBHOOK = Webhook(os.environ["PERKFLOW_SECRET"])


class Shop(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = WEBHOOK.verify(body, dict(self.headers))
        except (WebhookVerificationError, ValueError):
            return self.answer(400)
        # Keep the event with its id here, and do the work after the answer: any event may come twice.
        order = event["data"]["order"] or {}
        print(event["type"], order.get("order_no", ""), event["sequence"], flush=True)
        self.answer(204)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Only events are printed."""


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Shop).serve_forever()
