// The system's Chromium with a page that writes down everything that must not happen.
import { chromium } from "playwright-core";

export async function launch(executable) {
  // The sandbox needs rights that containers do not give; the page comes from the daemon that is tested.
  return chromium.launch({
    executablePath: executable, headless: true,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
  });
}

export async function open(browser, origin, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (line) => {
    if (["error", "warning"].includes(line.type())) troubles.push(`console: ${line.text()}`);
  });
  page.on("pageerror", (error) => troubles.push(`error: ${error}`));
  page.on("dialog", (dialog) => { troubles.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`)) troubles.push(`request elsewhere: ${request.url()}`);
  });
  page.on("requestfailed", (request) => {
    if (request.failure().errorText !== "net::ERR_ABORTED") troubles.push(`failed: ${request.url()}`);
  });
  if (options.javaScriptEnabled !== false) {
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
  }
  return { context, page, troubles };
}
