// Mails as a reader sees them, at the widths of a desk and of a phone: nothing is wider than the window, no word is
// broken inside, every text can be read, nothing is loaded. Usage: node mails.mjs CHROMIUM FOLDER FILE...
// Pictures are left in FOLDER.
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";
import { faintTexts } from "./contrast.mjs";

// Runs inside the page: words that stand on two lines though a phone is wide enough for them (a hostile name of 300
// letters must break somewhere), and elements whose content is wider than they are.
function badlySet() {
  const longest = 36;
  const out = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent;
    for (const word of text.matchAll(/[\p{L}\p{N}]{2,}/gu)) {
      if (word[0].length > longest) continue;
      const range = document.createRange();
      range.setStart(walker.currentNode, word.index);
      range.setEnd(walker.currentNode, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((rect) => Math.round(rect.top)));
      if (lines.size > 1) out.push(`broken inside: ${word[0]}`);
    }
  }
  for (const one of document.body.querySelectorAll("*")) {
    if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0) out.push(`too wide: ${one.textContent.slice(0, 60)}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) out.push(`the mail is ${document.documentElement.scrollWidth} px wide`);
  if (document.querySelector("script, img, link, style, iframe, form")) out.push("it holds what mail programs do not show");
  return [...new Set(out)];
}

const [executable, folder, ...files] = process.argv.slice(2);
const browser = await launch(executable);
let failures = 0;
for (const file of files) {
  for (const width of [1280, 400]) {
    const page = await browser.newPage({ viewport: { width, height: 800 } });
    const loaded = [];
    page.on("request", (request) => loaded.push(request.url()));
    page.on("dialog", (dialog) => { loaded.push("a dialog"); dialog.dismiss(); });
    await page.goto(pathToFileURL(file).href);
    const troubles = await page.evaluate(badlySet);
    const faint = await page.evaluate(faintTexts);
    troubles.push(...faint.out.map((text) => `faint: ${text}`), ...loaded.slice(1).map((url) => `loads ${url}`));
    if (faint.seen === 0) troubles.push("it says nothing");
    await page.screenshot({ path: `${folder}/${basename(file, ".html")}-${width}.png`, fullPage: true });
    await page.close();
    failures += troubles.length === 0 ? 0 : 1;
    console.log(`${troubles.length === 0 ? "ok" : "failed"}: ${basename(file)} at ${width} px ${troubles.join("; ")}`);
  }
}
await browser.close();
console.log(`end: ${files.length} mails, ${failures} failed`);
