// The picture in the README: both pages' most telling parts. Usage: node readme.mjs CHROMIUM ORIGIN FILE
import { launch } from "./browser.mjs";

const [executable, origin, file] = process.argv.slice(2);
const browser = await launch(executable);
const page = await browser.newPage({ viewport: { width: 1240, height: 500 }, colorScheme: "light" });
// The fleet shows what a poll found within seconds; nobody should photograph the moment before.
for (let i = 0; i < 40; ++i) {
  await page.goto(origin);
  if (await page.locator("#models .critical, #models .high.solid").count() > 0) break;
  await page.waitForTimeout(250);
}
await page.screenshot({ path: file });
await browser.close();
