// A receiver that trusts nothing but the official Standard Webhooks library. Usage: node proof.mjs DRIVER
// (run-proof.sh installs the library). The driver sends one message with our webhook channel.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const driver = process.argv[2];
const secret = "whsec_" + Buffer.from("0123456789abcdef0123456789abcdef").toString("base64");
const other = "whsec_" + Buffer.from("fedcba9876543210fedcba9876543210").toString("base64");
const received = [];
let proven = 0;

const server = createServer(async (request, answer) => {
	const pieces = [];
	for await (const piece of request) pieces.push(piece);
	received.push({ headers: request.headers, body: Buffer.concat(pieces).toString("utf8") });
	answer.writeHead(204).end();
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}/hook`;

async function deliver(signing, detail = "plain") {
	const alert = {
		id: "0192f0c1-7b1a-7c00-8000-00000000abcd", kind: "weights-replaced", severity: "high", state: "open",
		repo: "acme/model", hub: "hub", revision: "main", labels: {}, subject: "model.safetensors",
		summary: "other bytes", detail, action: "look", baseline_commit: "", commit: "", url: "", evidence: {},
		opened_at: "2026-11-22T09:00:00Z", updated_at: "2026-11-22T09:00:00Z", resolved_at: null,
	};
	const order = {
		options: { type: "webhook", url, secret: signing },
		message: { id: "0192f0c1-8888-7000-8000-0000000000ff", type: "alert.opened",
			created_at: "2026-11-22T09:00:05Z", alerts: [alert] },
	};
	const process_ = spawn(driver, { stdio: ["pipe", "pipe", "inherit"] });
	process_.stdin.end(JSON.stringify(order));
	let output = "";
	for await (const piece of process_.stdout) output += piece;
	assert.equal(JSON.parse(output).outcome, "delivered", output);
	return received.at(-1);
}

async function proof(sentence, run) {
	try {
		await run();
	} catch (failure) {
		console.error(`not ok - ${sentence}`);
		throw failure;
	}
	proven += 1;
	console.log(`ok ${proven} - ${sentence}`);
}

await proof("the official library accepts our signature and reads the payload", async () => {
	const { headers, body } = await deliver(secret);
	const payload = new Webhook(secret).verify(body, headers);
	assert.equal(payload.type, "alert.opened");
	assert.equal(payload.data.alerts[0].repo, "acme/model");
	assert.equal(headers["webhook-id"], "0192f0c1-8888-7000-8000-0000000000ff");
});

await proof("it accepts it for bytes beyond ASCII", async () => {
	const { headers, body } = await deliver(secret, "模型 🤖 \u2028 \u0000");
	assert.match(new Webhook(secret).verify(body, headers).data.alerts[0].detail, /模型 🤖/);
});

await proof("it accepts a secret that is not in its own form", async () => {
	const { headers, body } = await deliver("a-plain-secret-of-some-length");
	new Webhook("a-plain-secret-of-some-length", { format: "raw" }).verify(body, headers);
});

await proof("while a secret is being replaced, receivers with either one accept it", async () => {
	const { headers, body } = await deliver(`${secret} ${other}`);
	new Webhook(secret).verify(body, headers);
	new Webhook(other).verify(body, headers);
});

await proof("it refuses another secret, another body, another id and another time", async () => {
	const { headers, body } = await deliver(secret);
	const wanted = new Webhook(secret);
	assert.throws(() => new Webhook(other).verify(body, headers), /signature/i);
	assert.throws(() => wanted.verify(body + " ", headers), /signature/i);
	assert.throws(() => wanted.verify(body, { ...headers, "webhook-id": "another" }), /signature/i);
	const later = String(Number(headers["webhook-timestamp"]) + 1);
	assert.throws(() => wanted.verify(body, { ...headers, "webhook-timestamp": later }), /signature/i);
});

server.close();
console.log(`1..${proven}`);
