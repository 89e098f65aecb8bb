// Places an order and follows it to its end, with types that were generated from the served document.
// node order.mjs ADDRESS KEY ORDER prints how it ended.
import type { components, operations } from "./perkflow.mjs";

declare const process: { argv: string[] };

type NewOrder = operations["place_order"]["requestBody"]["content"]["application/json"];
type Receipt = operations["place_order"]["responses"][201]["content"]["application/json"];
type Order = operations["read_order"]["responses"][200]["content"]["application/json"];
type Problem = components["schemas"]["Problem"];

const [, , address = "", key = "", given = ""] = process.argv;

async function ask<Answer>(path: string, order?: NewOrder): Promise<Answer> {
  const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  const sent = order === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(order) };
  const answer = await fetch(address + path, sent);
  if (!answer.ok) {
    const problem = (await answer.json()) as Problem;
    throw new Error(`${problem.code}: ${problem.detail}`);
  }
  return (await answer.json()) as Answer;
}

const known: Pick<NewOrder, "bundle" | "paid" | "order_no"> = JSON.parse(given);
const order: NewOrder = { ...known, version: 1, buyer: { ref: `buyer-of-${known.order_no}` } };
const receipt = await ask<Receipt>("/v1/orders", order);

let now = await ask<Order>(receipt.address);
while (now.closed_at === null) {
  await new Promise((resolve) => setTimeout(resolve, 200));
  now = await ask<Order>(receipt.address);
}
const delivered: string[] = now.deliveries.map((each) => `${each.component} ${each.state}`);
console.log(JSON.stringify({ order_id: receipt.order_id, state: now.state, delivered }));
