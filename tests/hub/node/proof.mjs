// Drives the hub double with the Hub's official JavaScript client: what that client understands, the double says as
// the Hub would. Usage: node proof.mjs HUB_URL CONTROL_URL (run-proof.sh starts the double and sets the certificate).

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as hub from "@huggingface/hub";

const [hubUrl, control] = process.argv.slice(2);
const repo = { type: "model", name: "acme/plain" };
let proven = 0;

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

async function collect(items) {
	const found = [];
	for await (const item of items) found.push(item);
	return found;
}

async function order(method, what, body) {
	const answer = await fetch(`${control}/__double/${what}`, { method, body: body && JSON.stringify(body) });
	assert.equal(answer.status, 200, await answer.clone().text());
	return answer.json();
}

const refusedWith = (status, words) => (failure) => {
	assert.equal(failure.statusCode, status, failure.message);
	assert.match(failure.message + JSON.stringify(failure.data ?? {}), words);
	return true;
};

await proof("listFiles walks the whole tree with commits and scan states", async () => {
	const files = await collect(hub.listFiles({ repo, hubUrl, recursive: true, expand: true }));
	const weights = files.find((file) => file.path === "weights/model-00001-of-00002.safetensors");
	assert.equal(weights.size, 5_000_000_000);
	assert.equal(weights.lfs.oid, "1".repeat(64));
	assert.match(weights.lastCommit.id, /^[0-9a-f]{40}$/);
	assert.equal(weights.securityFileStatus.status, "safe");
	assert.equal(files.find((file) => file.path === "onnx").type, "directory");
	assert.equal(files[0].type, "directory");
});

await proof("listFiles follows the pages of a long tree", async () => {
	await order("POST", "set", { settings: { tree_page: 2, tree_page_expand: 2 } });
	const paged = await collect(hub.listFiles({ repo, hubUrl, recursive: true }));
	await order("POST", "set", { settings: { tree_page: 1000, tree_page_expand: 100 } });
	const whole = await collect(hub.listFiles({ repo, hubUrl, recursive: true }));
	assert.ok(whole.length > 4);
	assert.deepEqual(paged, whole);
	const requests = (await order("GET", "requests")).requests;
	assert.ok(requests.some((request) => request.type === "tree" && request.target.includes("cursor=")));
});

await proof("modelInfo reads identity, gating and the asked-for fields", async () => {
	const info = await hub.modelInfo({ name: "acme/plain", hubUrl, additionalFields: ["sha", "cardData", "tags"] });
	assert.equal(info.id, "6500000000000000000000a1");
	assert.equal(info.name, "acme/plain");
	assert.equal(info.gated, false);
	assert.equal(info.cardData.license, "apache-2.0");
	assert.ok(info.tags.includes("license:apache-2.0"));
	assert.equal(info.updatedAt.toISOString(), "2024-03-01T10:00:00.000Z");
	const byCommit = await hub.modelInfo({ name: "acme/plain", hubUrl, revision: info.sha, additionalFields: ["sha"] });
	assert.equal(byCommit.sha, info.sha);
});

await proof("a renamed repo is found under its old name", async () => {
	const info = await hub.modelInfo({ name: "acme/old-plain", hubUrl });
	assert.equal(info.name, "acme/plain");
});

await proof("listModels pages through an account and leaves private models out", async () => {
	await order("POST", "set", { settings: { listing_page: 2 } });
	const models = await collect(hub.listModels({ search: { owner: "acme" }, hubUrl }));
	await order("POST", "set", { settings: { listing_page: 1000 } });
	assert.deepEqual(models.map((model) => model.name).sort(), [
		"acme/disabled",
		"acme/gated",
		"acme/pickled",
		"acme/plain",
	]);
	assert.equal(models.find((model) => model.name === "acme/gated").gated, "manual");
});

await proof("a token that may see them lists private models", async () => {
	const models = await collect(hub.listModels({ search: { owner: "acme" }, hubUrl, accessToken: "hf_insider" }));
	assert.ok(models.some((model) => model.name === "acme/secret" && model.private));
});

await proof("listCommits gives the history, newest first, over several pages", async () => {
	const commits = await collect(hub.listCommits({ repo, hubUrl, batchSize: 1 }));
	assert.deepEqual(commits.map((commit) => commit.title), ["Update README.md", "Upload model", "initial commit"]);
	assert.deepEqual(commits[0].authors.map((author) => author.username), ["acme", "mallory"]);
	assert.equal(await hub.countCommits({ repo, hubUrl }), 3);
});

await proof("pathsInfo leaves out what is not there", async () => {
	const found = await hub.pathsInfo({ repo, hubUrl, paths: ["config.json", "no-such-file", "model.safetensors"], expand: true });
	assert.deepEqual(found.map((item) => item.path), ["config.json", "model.safetensors"]);
	assert.equal(found[1].lfs.size, 6_000_000);
});

await proof("fileDownloadInfo tells size and content hash of a plain and of a large file", async () => {
	const plain = await hub.fileDownloadInfo({ repo, hubUrl, path: "config.json" });
	assert.equal(plain.size, 63);
	const large = await hub.fileDownloadInfo({ repo, hubUrl, path: "weights/model-00001-of-00002.safetensors" });
	assert.equal(large.size, 5_000_000_000);
	assert.equal(large.etag, `"${"1".repeat(64)}"`);
	assert.match(large.xet.hash, /^[0-9a-f]{64}$/);
	const pointer = await hub.fileDownloadInfo({ repo, hubUrl, path: "model.safetensors", raw: true }).catch((failure) => failure);
	assert.ok(pointer instanceof Error || pointer.size < 200);
	assert.equal(await hub.fileDownloadInfo({ repo, hubUrl, path: "no-such-file" }), null);
});

await proof("downloadFile brings the bytes that the tree promised", async () => {
	const [facts] = await hub.pathsInfo({ repo, hubUrl, paths: ["model.safetensors"] });
	const blob = await hub.downloadFile({ repo, hubUrl, path: "model.safetensors", xet: false });
	const bytes = Buffer.from(await blob.arrayBuffer());
	assert.equal(bytes.length, 6_000_000);
	assert.equal(createHash("sha256").update(bytes).digest("hex"), facts.lfs.oid);
	const text = await (await hub.downloadFile({ repo, hubUrl, path: "README.md" })).text();
	assert.match(text, /license: apache-2\.0/);
	const [readme] = await hub.pathsInfo({ repo, hubUrl, paths: ["README.md"] });
	assert.equal(createHash("sha1").update(`blob ${text.length}\0${text}`).digest("hex"), readme.oid);
});

await proof("a part of a large file is read by range", async () => {
	const blob = await hub.downloadFile({ repo, hubUrl, path: "weights/model-00001-of-00002.safetensors", xet: false });
	const head = Buffer.from(await blob.slice(0, 8).arrayBuffer());
	const length = Number(head.readBigUInt64LE());
	const header = JSON.parse(await blob.slice(8, 8 + length).text());
	assert.equal(header.weight.data_offsets[1] + 8 + length, 5_000_000_000);
});

await proof("a safetensors header is understood by the client's own parser", async () => {
	await order("POST", "set", { settings: { xet: false } }); // the double does not speak Xet's chunk protocol
	const parsed = await hub.parseSafetensorsMetadata({ repo, hubUrl, path: "model.safetensors" });
	await order("POST", "set", { settings: { xet: true } });
	assert.equal(parsed.header.weight.dtype, "U8");
});

await proof("a missing repo is 401 without a token and 404 RepoNotFound with one", async () => {
	await assert.rejects(hub.modelInfo({ name: "acme/nothing", hubUrl }), refusedWith(401, /Invalid username or password/));
	await assert.rejects(
		hub.modelInfo({ name: "acme/nothing", hubUrl, accessToken: "hf_reader" }),
		refusedWith(404, /Repository not found/)
	);
	assert.equal(await hub.repoExists({ repo: { type: "model", name: "acme/nothing" }, hubUrl, accessToken: "hf_reader" }), false);
	assert.equal(await hub.repoExists({ repo, hubUrl }), true);
});

await proof("a gated repo shows its metadata and keeps its files", async () => {
	const gated = { type: "model", name: "acme/gated" };
	assert.equal((await hub.modelInfo({ name: "acme/gated", hubUrl })).gated, "manual");
	await assert.rejects(hub.downloadFile({ repo: gated, hubUrl, path: "config.json" }), refusedWith(401, /restricted/));
	await assert.rejects(
		hub.downloadFile({ repo: gated, hubUrl, path: "config.json", accessToken: "hf_stranger" }),
		refusedWith(403, /authorized list/)
	);
	await assert.rejects(hub.checkRepoAccess({ repo: gated, hubUrl, accessToken: "hf_stranger" }).then(() => collect(hub.listCommits({ repo: gated, hubUrl }))), /restricted/);
	const text = await (await hub.downloadFile({ repo: gated, hubUrl, path: "config.json", accessToken: "hf_reader" })).text();
	assert.equal(text, "{}\n");
});

await proof("a bad revision is 404", async () => {
	await assert.rejects(hub.modelInfo({ name: "acme/plain", hubUrl, revision: "no-such-branch" }), refusedWith(404, /Invalid rev id/));
	await assert.rejects(collect(hub.listFiles({ repo, hubUrl, revision: "no-such-branch" })), refusedWith(404, /Invalid rev id/));
});

await proof("whoAmI knows a token and refuses a revoked one", async () => {
	assert.equal((await hub.whoAmI({ hubUrl, accessToken: "hf_reader" })).name, "reader");
	await assert.rejects(hub.whoAmI({ hubUrl, accessToken: "hf_revoked" }), refusedWith(401, /Invalid credentials/));
});

await proof("no token ever reached the CDN", async () => {
	await hub.downloadFile({ repo, hubUrl, path: "model.safetensors", xet: false, accessToken: "hf_reader" }).then((blob) => blob.slice(0, 100).arrayBuffer());
	const counters = await order("GET", "counters");
	assert.ok(counters.by_type.cdn > 0);
	assert.equal(counters.token_leaked, 0);
});

console.log(`1..${proven}`);
