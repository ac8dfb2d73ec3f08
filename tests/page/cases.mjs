// What the status page must do, in a browser. Each case gets {browser, origin, hub, marks} and throws when it does not.
import assert from "node:assert/strict";
import { open } from "./browser.mjs";
import { faintTexts } from "./contrast.mjs";
import { brokenWords } from "./words.mjs";

const names = (page) => page.locator("#models tbody th a").allTextContents();
const every_page = ["/", "/alerts", "/alerts?state=all", "/models/acme/model", "/models/acme/old"];
const kinds = (page) => page.locator(".alerts > li .kind").allTextContents();
const header = (page, text) => page.locator("#models thead a", { hasText: text });

async function with_page(stage, work, options = {}) {
  const { context, page, troubles } = await open(stage.browser, stage.origin, options);
  try {
    await work(page, context);
    assert.deepEqual(troubles, []);
  } finally {
    await context.close();
  }
}

async function focused(page) {
  return page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
}

async function no_overflow(page) {
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= screen, `the page is ${content} px wide on a screen of ${screen}`);
}

async function tab_to(page, wanted, most = 60) {
  for (let i = 0; i < most; ++i) {
    await page.keyboard.press("Tab");
    if (await focused(page) === wanted) return;
  }
  assert.fail(`the keyboard does not get to "${wanted}"`);
}

export const cases = {
  "it loads with every model, and asks for nothing elsewhere": (stage) => with_page(stage, async (page) => {
    const answer = await page.goto(stage.origin);
    assert.match(answer.headers()["content-security-policy"], /default-src 'none'/);
    assert.deepEqual((await names(page)).sort(), ["acme/model", "acme/old", "zeta/young"]);
    assert.equal(await page.title(), "Models · modelwatch");
    assert.ok(await page.evaluate(() => getComputedStyle(document.querySelector("th")).fontWeight >= 600), "no style");
  }),

  "it sorts by keyboard, says so, and keeps the keyboard where it was": (stage) => with_page(stage, async (page) => {
    await page.goto(stage.origin);
    await header(page, "Model").focus();
    for (const [direction, first] of [["ascending", "acme/model"], ["descending", "zeta/young"]]) {
      await page.keyboard.press("Enter");
      await page.locator(`#models th[aria-sort=${direction}] a`, { hasText: "Model" }).waitFor();
      assert.equal((await names(page))[0], first);
      assert.equal(await focused(page), "Model");
    }
    assert.equal(await page.locator("#models th[aria-sort]").count(), 1);
    assert.match(page.url(), /sort=-model/);
  }),

  "it filters by text, rating and staleness, together with what came before": (stage) => with_page(stage, async (page) => {
    await page.goto(`${stage.origin}/?sort=model`);
    await page.locator("#q").pressSequentially("acme");
    await page.locator("#part-count", { hasText: "2 of 3 models" }).waitFor();
    assert.deepEqual(await names(page), ["acme/model", "acme/old"]);
    assert.equal(await focused(page), "q");
    await page.locator("#rating").selectOption("high");
    await page.locator("#part-count", { hasText: "1 of 3 models" }).waitFor();
    assert.deepEqual(await names(page), ["acme/old"]);
    assert.match(page.url(), /q=acme&rating=high&sort=model/);
    await page.locator("#live", { hasText: "1 of 3 models" }).waitFor({ state: "attached" });
    await page.locator("#staleness").selectOption("current");
    await page.locator("#models tbody", { hasText: "No model fits the filter." }).waitFor();
    await page.goBack();
    await page.locator("#part-count", { hasText: "1 of 3 models" }).waitFor();
    await page.locator("#part-count a").click();
    await page.locator("#part-count", { hasText: "3 of 3 models" }).waitFor();
    assert.equal(await page.locator("#q").inputValue(), "");
  }),

  "texts of a hostile publisher are shown as text": (stage) => with_page(stage, async (page) => {
    const marked = encodeURIComponent(stage.mark);
    for (const path of ["/", `/?q=${marked}`, "/alerts", `/alerts?label=${marked}&repo=${marked}&kind=${marked}&state=${marked}`, "/models/acme/model", `/models/acme/model?from=${encodeURIComponent(stage.mark)}`]) {
      await page.goto(stage.origin + path);
      assert.equal(await page.locator("main img, main script, main [onerror]").count(), 0, path);
    }
    await page.goto(`${stage.origin}/models/acme/model`);
    const text = await page.locator("main").textContent();
    assert.ok(text.includes(stage.mark) && text.includes("{{{q}}}") && text.includes("{{messages}}"), "not shown");
    assert.ok(!text.includes("\u202e"), "a text turns the direction of what follows");
    await page.goto(`${stage.origin}/?q=${encodeURIComponent(stage.mark)}`);
    assert.equal(await page.locator("#q").inputValue(), stage.mark);
  }),

  "a model's page shows its alerts, its commits against the deployed one, the difference and what was sent":
    (stage) => with_page(stage, async (page) => {
      await page.goto(`${stage.origin}/models/acme/model`);
      await page.locator("#part-alerts", { hasText: "weights-replaced" }).waitFor();
      assert.match(await page.locator("#part-commits").textContent(), /The deployed commit is 1 commit behind/);
      assert.equal(await page.locator(".timeline .ahead").count(), 1);
      assert.equal(await page.locator(".timeline .here", { hasText: "deployed" }).count(), 1);
      assert.match(await page.locator("#part-diff").textContent(), /model\.safetensors/);
      assert.ok(await page.locator("#part-diff .removed", { hasText: "license: apache-2.0" }).count() > 0);
      assert.match(await page.locator("#part-deliveries").textContent(), /weights-replaced/);
      assert.match(await page.locator("#part-deliveries").textContent(), /status 2\d\d/);
      assert.match(await page.locator("#rating-title").textContent(), /Rating: (Low|Medium|High)/);
      await page.locator("#from").selectOption({ index: 1 });
      await page.getByRole("button", { name: "Compare" }).click();
      await page.locator("#part-diff", { hasText: "no file differs" }).waitFor();
    }),

  "without JavaScript the table, the filter and the comparison work": (stage) => with_page(stage, async (page) => {
    await page.goto(stage.origin);
    await header(page, "Model").click();
    assert.deepEqual(await names(page), ["acme/model", "acme/old", "zeta/young"]);
    await page.locator("#q").fill("zeta");
    await page.getByRole("button", { name: "Show" }).click();
    assert.deepEqual(await names(page), ["zeta/young"]);
    assert.equal(await page.locator("#q").inputValue(), "zeta");
    await page.goto(`${stage.origin}/models/acme/model`);
    await page.locator("#from").selectOption({ index: 1 });
    await page.getByRole("button", { name: "Compare" }).click();
    assert.match(await page.locator("#part-diff").textContent(), /no file differs/);
    await page.goto(`${stage.origin}/models/acme/model?from=0123456789`);
    assert.match(await page.locator("#part-diff").textContent(), /No state is recorded of commit 0123456789/);
  }, { javaScriptEnabled: false }),

  "an open page shows a new alert by itself and keeps filter, selection and keyboard": (stage) => with_page(stage, async (page) => {
    await page.clock.install();
    await page.goto(`${stage.origin}/?sort=model`);
    await page.locator("#q").fill("zeta");
    await page.locator("#part-count", { hasText: "1 of 3 models" }).waitFor();
    assert.match(await page.locator("#models tbody").textContent(), /none/);
    await page.locator("#q").fill("zeta/");
    await page.locator("#q").evaluate((field) => field.setSelectionRange(1, 3));
    await stage.new_alert();
    await page.clock.fastForward(16_000);
    await page.locator("#models tbody", { hasText: "critical" }).or(page.locator("#models tbody", { hasText: "high" })).waitFor();
    assert.equal(await page.locator("#q").inputValue(), "zeta/");
    assert.equal(await focused(page), "q");
    assert.deepEqual(await page.locator("#q").evaluate((field) => [field.selectionStart, field.selectionEnd]), [1, 3]);
    await page.locator("#live", { hasText: "open alerts" }).waitFor({ state: "attached" });
    assert.deepEqual(await names(page), ["zeta/young"]);
  }),

  "a daemon that does not answer is said, not hidden": (stage) => with_page(stage, async (page) => {
    await page.clock.install();
    await page.goto(stage.origin);
    await page.evaluate(() => { window.fetch = () => Promise.reject(new Error("gone")); });
    await page.clock.fastForward(16_000);
    await page.locator("#live.notice", { hasText: "what is shown may be old" }).waitFor();
  }),

  "the keyboard goes from the skip link over the filter and the table to a model": (stage) => with_page(stage, async (page) => {
    await page.goto(`${stage.origin}/?sort=model`);
    await page.keyboard.press("Tab");
    assert.equal(await focused(page), "Skip to content");
    const box = await page.locator(".skip").first().boundingBox();
    assert.ok(box.width > 50 && box.height > 10, "the skip link stays hidden");
    await page.keyboard.press("Enter");
    await tab_to(page, "q");
    await tab_to(page, "acme/model");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineWidth);
    assert.ok(parseFloat(outline) >= 2, "the keyboard's place cannot be seen");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/models/acme/model");
    assert.equal(await page.locator("h1").textContent(), "acme/model");
  }),

  "a screen reader hears names, headings and what a column is sorted by": (stage) => with_page(stage, async (page, context) => {
    await page.goto(`${stage.origin}/?sort=model`);
    await page.getByRole("search", { name: "Filter the models" }).waitFor();
    await page.getByRole("table", { name: "Watched models, sorted by model" }).waitFor();
    for (const label of ["Filter", "Rating", "Staleness"]) assert.equal(await page.getByLabel(label, { exact: true }).count(), 1);
    await page.getByRole("rowheader", { name: /acme\/model/ }).waitFor();
    await page.getByRole("cell", { name: /Access control: / }).first().waitFor();
    for (const path of every_page) {
      await page.goto(stage.origin + path);
      const session = await context.newCDPSession(page);
      const { nodes } = await session.send("Accessibility.getFullAXTree");
      const nameless = nodes.filter((node) => !node.ignored && !node.name?.value &&
        ["link", "button", "searchbox", "combobox", "table", "heading", "columnheader"].includes(node.role?.value));
      assert.deepEqual(nameless.map((node) => node.role.value), [], path);
      const levels = await page.locator("h1, h2, h3").evaluateAll((all) => all.map((one) => Number(one.tagName[1])));
      assert.equal(levels[0], 1);
      assert.ok(levels.every((level, i) => i === 0 || level <= levels[i - 1] + 1), "a level of headings is left out");
    }
  }),

  "light and dark can be read: every text has the contrast of WCAG AA": async (stage) => {
    for (const colorScheme of ["light", "dark"]) {
      await with_page(stage, async (page) => {
        const backs = [];
        for (const path of every_page) {
          await page.goto(stage.origin + path);
          await page.locator("details").evaluateAll((all) => all.forEach((one) => { one.open = true; }));
          const { seen, out } = await page.evaluate(faintTexts);
          assert.ok(seen > 30, `only ${seen} texts were looked at`);
          assert.deepEqual(out, [], `${colorScheme} ${path}`);
          backs.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
        }
        assert.equal(backs[0] === "rgb(255, 255, 255)", colorScheme === "light");
      }, { colorScheme });
    }
  },

  "no screen needs scrolling sideways, not one of 360 px either": (stage) => with_page(stage, async (page) => {
    for (const path of every_page) {
      await page.goto(stage.origin + path);
      await page.locator("details").evaluateAll((all) => all.forEach((one) => { one.open = true; }));
      for (const width of [360, 400, 760, 1060, 1240, 1280, 1600]) {
        await page.setViewportSize({ width, height: 740 });
        await no_overflow(page);
        const { seen, out } = await page.evaluate(brokenWords);
        assert.ok(seen > 30, `only ${seen} words were looked at`);
        assert.deepEqual(out, [], `words are broken inside at ${width} px of ${path}`);
      }
    }
  }),

  "the check of broken words can fail": (stage) => with_page(stage, async (page) => {
    await page.goto(stage.origin);
    await page.locator("h1").evaluate((one) => { one.style.width = "2rem"; });
    assert.match((await page.evaluate(brokenWords)).out.join(), /Models/);
  }),

  "the first screen of a model answers what is wrong, whether production is affected, and what now":
    (stage) => with_page(stage, async (page) => {
      for (const [width, height] of [[1280, 800], [400, 800]]) {
        await page.setViewportSize({ width, height });
        await page.goto(`${stage.origin}/models/acme/model`);
        for (const [id, words] of [["answer-wrong", /weights-replaced|code-added/], ["answer-production", /^(Yes|No|Not known|Assume yes)/],
          ["answer-now", /See the difference/]]) {
          const box = await page.locator(`#${id}`).boundingBox();
          assert.ok(box.y >= 0 && box.y + box.height <= height, `${id} ends at ${box.y + box.height} of ${height} at ${width} px`);
          assert.match((await page.locator(`#${id}`).textContent()).trim(), words);
        }
        await page.getByRole("link", { name: "See the difference" }).click();
        assert.match(page.url(), /#diff-title$/);
        const top = (await page.locator("#diff-title").boundingBox()).y;
        assert.ok(top >= 0 && top < height, "the difference is not one click away");
      }
      await page.goto(`${stage.origin}/models/zeta/young`);
      assert.ok((await page.locator("#answer-wrong").textContent()).trim().length > 0);
    }, { reducedMotion: "reduce" }),

  "every alert has its id, its age, three steps and its links, and accepting comes last, after a review":
    (stage) => with_page(stage, async (page) => {
      for (const path of ["/alerts", "/models/acme/model"]) {
        await page.goto(stage.origin + path);
        const count = await page.locator(".alerts > li").count();
        assert.ok(count > 1, path);
        for (const alert of await page.locator(".alerts > li").all()) {
          assert.match(await alert.getAttribute("id"), /^alert-[0-9a-f-]{36}$/);
          assert.match(await alert.textContent(), /\d+ \w+ old, since \d{4}-/);
          const steps = await alert.locator(".steps > li").allTextContents();
          assert.equal(steps.length, 3);
          const accepts = steps.map((step) => step.includes("modelwatch accept"));
          assert.ok(!accepts[0] && !accepts[1]);
          assert.equal(accepts[2], steps[2].includes("Only after review"));
          assert.ok(await alert.locator(".links a[href*='#diff-title']").count() === 1);
        }
      }
      assert.match((await kinds(page))[0], /^(weights-replaced|code-added)$/);
    }),

  "the page of alerts is reached from counts, and filters by severity, kind, label and state": (stage) => with_page(stage, async (page) => {
    await page.goto(stage.origin);
    await page.locator("#models tbody tr", { hasText: "acme/model" }).locator("a[href^='/alerts']").first().click();
    await page.waitForURL(/\/alerts\?repo=acme%2Fmodel%40main/);
    assert.ok((await page.locator(".alerts > li").allTextContents()).every((text) => text.includes("acme/model")));
    await page.goto(stage.origin);
    await page.locator(".totals a[href='/alerts']").click();
    await page.waitForURL("**/alerts");
    const all = await page.locator(".alerts > li").count();
    const shown = (count) => page.locator("#part-count", { hasText: new RegExp(`^${count} alert`) }).waitFor();
    await shown(all);
    const replaced = (await kinds(page)).filter((kind) => kind === "weights-replaced");
    assert.ok(replaced.length > 0 && replaced.length < all);
    await page.locator("#kind").selectOption("weights-replaced");
    await shown(replaced.length);
    assert.deepEqual(await kinds(page), replaced);
    assert.match(page.url(), /kind=weights-replaced/);
    await page.locator("#part-count a", { hasText: "show all" }).click();
    await shown(all);
    assert.equal(await page.locator("#kind").inputValue(), "");
    await page.locator("#label").pressSequentially("team=*");
    await page.locator("#part-list", { hasText: "acme/model" }).waitFor();
    await page.waitForURL(/label=team/);
    assert.equal(await page.locator(".alerts > li", { hasText: "acme/old" }).count(), 0);
    await page.goto(`${stage.origin}/alerts`);
    const high = await page.locator(".alerts > li.high").count();
    await page.locator("#severity").selectOption("high");
    if (high > 0) await shown(high); else await page.locator("#part-list", { hasText: "No alert fits the filter." }).waitFor();
    assert.equal(await page.locator(".alerts > li:not(.high)").count(), 0);
    await page.goto(`${stage.origin}/alerts?state=acknowledged`);
    assert.match(await page.locator("#part-list").textContent(), /No alert fits the filter/);
    assert.equal(await page.locator("#state").inputValue(), "acknowledged");
    await page.goto(`${stage.origin}/models/acme/model`);
    await page.locator("#alerts-title a").click();
    await page.waitForURL(/\/alerts\?repo=acme%2Fmodel%40main/);
  }),

  "without JavaScript the page of alerts filters too": (stage) => with_page(stage, async (page) => {
    await page.goto(`${stage.origin}/alerts`);
    await page.locator("#repo").fill("acme/model");
    await page.locator("#state").selectOption("open");
    await page.getByRole("button", { name: "Show" }).click();
    const texts = await page.locator(".alerts > li").allTextContents();
    assert.ok(texts.length > 0 && texts.every((text) => text.includes("acme/model")));
    assert.equal(await page.locator("#repo").inputValue(), "acme/model");
  }, { javaScriptEnabled: false }),

  "staleness is said of upstream and of what is deployed apart, and the rating with its confidence": (stage) => with_page(stage, async (page) => {
    await page.goto(stage.origin);
    const row = page.locator("#models tbody tr", { hasText: "acme/model" });
    assert.match(await row.textContent(), /upstream: (current|ageing|outdated|unknown)/);
    assert.match(await row.textContent(), /deployed: outdated/);
    assert.match(await row.textContent(), /confidence \d+%/);
    assert.match(await page.locator("#models tbody tr", { hasText: "acme/old" }).textContent(), /upstream: outdated/);
  }),

  "who wants no motion gets none": (stage) => with_page(stage, async (page) => {
    await page.goto(stage.origin);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior), "auto");
  }, { reducedMotion: "reduce" }),
};
