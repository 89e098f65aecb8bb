// Verifies each line of a file of webhooks with npm's standardwebhooks; prints which it accepts.
import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const accepted = readFileSync(process.argv[2], "utf8")
  .trim()
  .split("\n")
  .map((line) => {
    const { secret, headers, body, at } = JSON.parse(line);
    if (at) Date.now = () => at * 1000; // as at the moment when it came
    try {
      new Webhook(secret).verify(body, headers);
      return true;
    } catch {
      return false;
    }
  });
console.log(JSON.stringify(accepted));
