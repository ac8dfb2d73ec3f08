// Runs the cases one after the other. Usage: node run.mjs CHROMIUM ORIGIN MARK [PICTURES]
// What the story needs from outside (a new alert) is asked for by a line on stdout and answered by one on stdin.
import { createInterface } from "node:readline";
import { launch } from "./browser.mjs";
import { cases } from "./cases.mjs";
import { take_pictures } from "./pictures.mjs";

const [executable, origin, mark, folder] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const browser = await launch(executable);
const new_alert = async () => {
  console.log("want: alert");
  const answer = await lines.next();
  if (answer.value !== "done") throw new Error("there was no new alert");
};
let failures = 0;
for (const [name, run] of Object.entries(cases)) {
  try {
    await run({ browser, origin, mark, new_alert });
    console.log(`ok: ${name}`);
  } catch (failure) {
    failures += 1;
    console.log(`FAILED: ${name}: ${String(failure.message).replaceAll("\n", " | ")}`);
  }
}
if (folder) await take_pictures(browser, origin, folder, "/models/acme/model");
await browser.close();
console.log(`end: ${Object.keys(cases).length} cases, ${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
