// A picture of the front page for the README. Usage: node readme.mjs CHROMIUM ORIGIN FILE [SELECTOR to wait for]
import { launch } from "./browser.mjs";

const [executable, origin, file, awaited] = process.argv.slice(2);
const browser = await launch(executable);
const page = await browser.newPage({ viewport: { width: 1320, height: 480 }, colorScheme: "light" });
// The fleet shows what a poll found within seconds; nobody should photograph the moment before.
for (let i = 0; i < 40; ++i) {
  await page.goto(origin);
  if (!awaited || await page.locator(awaited).count() > 0) break;
  await page.waitForTimeout(250);
}
await page.screenshot({ path: file });
await browser.close();
