// Pictures of every page, dark and light, wide and narrow, for a person to look at.
// Alone: node pictures.mjs CHROMIUM ORIGIN FOLDER MODEL_PATH
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";

export async function take_pictures(browser, origin, folder, model) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [width, height] of [[1280, 800], [400, 800]]) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme });
      const page = await context.newPage();
      for (const [name, path] of [["index", "/"], ["alerts", "/alerts"], ["model", model]]) {
        await page.goto(origin + path);
        await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}-first.png` });
        await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png`, fullPage: true });
      }
      await context.close();
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [executable, origin, folder, model] = process.argv.slice(2);
  const browser = await launch(executable);
  await take_pictures(browser, origin, folder, model);
  await browser.close();
}
