// Verifies the double of Stripe with the official package: sessions, keys, expiry, refunds, errors and signatures.
// Arguments: address, key, webhook secret, a body, and its signature by the double.
import assert from "node:assert/strict";
import Stripe from "stripe";

const [address, key, secret, body, header] = process.argv.slice(2);
const { hostname, port } = new URL(address);
const options = { host: hostname, port: Number(port), protocol: "http", maxNetworkRetries: 0, telemetry: false };
const stripe = new Stripe(key, options);

const parameters = {
  mode: "payment",
  client_reference_id: "p1",
  success_url: "https://shop.example/checkout/review",
  cancel_url: "https://shop.example/checkout",
  line_items: [
    { quantity: 2, price_data: { currency: "usd", unit_amount: 1000, product_data: { name: "Lamp & shade" } } },
    { quantity: 1, price_data: { currency: "usd", unit_amount: 499, product_data: { name: "Shipping" } } },
  ],
};
const first = await stripe.checkout.sessions.create(parameters, { idempotencyKey: "p1-start" });
assert.equal(first.object, "checkout.session");
assert.deepEqual([first.status, first.payment_status, first.amount_total], ["open", "unpaid", 2499]);
const again = await stripe.checkout.sessions.create(parameters, { idempotencyKey: "p1-start" });
assert.equal(again.id, first.id);
const other = { ...parameters, client_reference_id: "p2" };
await assert.rejects(stripe.checkout.sessions.create(other, { idempotencyKey: "p1-start" }), {
  type: "StripeIdempotencyError",
});
const second = await stripe.checkout.sessions.create(other, { idempotencyKey: "p2-start" });
assert.notEqual(second.id, first.id);

assert.equal((await stripe.checkout.sessions.expire(second.id)).status, "expired");
await assert.rejects(stripe.checkout.sessions.expire(second.id), { type: "StripeInvalidRequestError" });
const read = await stripe.checkout.sessions.retrieve(first.id, { expand: ["payment_intent.latest_charge"] });
assert.equal(read.client_reference_id, "p1");
await assert.rejects(stripe.checkout.sessions.retrieve("cs_test_none"), { statusCode: 404, code: "resource_missing" });
await assert.rejects(stripe.refunds.create({ payment_intent: "pi_1", amount: 1 }), { type: "StripeInvalidRequestError" });
await assert.rejects(new Stripe("sk_test_other", options).checkout.sessions.retrieve(first.id), {
  type: "StripeAuthenticationError",
});

const since = Math.floor(Date.now() / 1000) - 60;
const listed = await stripe.checkout.sessions.list({ created: { gte: since }, limit: 1 });
assert.deepEqual([listed.data.map((session) => session.id), listed.has_more], [[second.id], true]);
const rest = await stripe.checkout.sessions.list({ created: { gte: since }, limit: 1, starting_after: second.id });
assert.deepEqual([rest.data.map((session) => session.client_reference_id), rest.has_more], [["p1"], false]);
assert.equal((await stripe.refunds.list({ payment_intent: "pi_1" })).data.length, 0);

assert.equal(stripe.webhooks.constructEvent(body, header, secret).id, "evt_1");
assert.throws(() => stripe.webhooks.constructEvent(`${body} `, header, secret), { type: "StripeSignatureVerificationError" });
