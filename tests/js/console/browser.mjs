// Chromium of the system, and what every page has to be.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";

import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = process.env.NOWGRAPH_SCREENSHOTS;
// Pictures that the documentation shows, written anew on demand.
const IMAGES = fileURLToPath(new URL("../../../docs/images", import.meta.url));
const SHOWN = ["connector-tested-light", "troubleshoot-incidents-light", "overview-light"];

export const launch = () =>
  chromium.launch({
    executablePath: process.env.NOWGRAPH_CHROMIUM ?? "/usr/bin/chromium",
    // The sandbox needs rights that a container rarely has; only pages of ours are opened.
    args: ["--no-sandbox"],
  });

// A page in which nothing may go wrong by itself.
export const open = async (browser, options) => {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    const isAnswer = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isAnswer) problems.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("http://127.0.0.1:")) problems.push(request.url());
  });
  return { context, page, problems };
};

// axe-core finds nothing, light, dark or in forced colours, and nothing is wider than the window, down to 320 px.
// A bundle that the page itself loads would be stopped by its policy, so the debugger brings it.
export const inspect = async (page, name) => {
  const size = page.viewportSize();
  for (const [scheme, media, rules] of SCHEMES) {
    await page.emulateMedia(media);
    const session = await page.context().newCDPSession(page);
    await session.send("Runtime.evaluate", { expression: AXE });
    const { result } = await session.send("Runtime.evaluate", {
      expression: `axe.run({ resultTypes: ["violations"], rules: ${JSON.stringify(rules)} }).then(({ violations }) =>
        JSON.stringify(violations.map(({ id, nodes }) => [id, nodes.map(({ html, failureSummary }) =>
          html.slice(0, 200) + " " + failureSummary)])))`,
      awaitPromise: true,
      returnByValue: true,
    });
    await session.detach();
    assert.equal(result.value, "[]", `${name}, ${scheme}`);
    await shoot(page, `${name}-${scheme}`);
  }
  await page.emulateMedia({ colorScheme: "light", forcedColors: "none" });
  await page.setViewportSize({ width: 320, height: 640 });
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.equal(beyond, 0, `${name}: wider than 320 px`);
  await shoot(page, `${name}-320`);
  await page.setViewportSize(size);
};

const SCHEMES = [
  ["light", { colorScheme: "light", forcedColors: "none" }, {}],
  ["dark", { colorScheme: "dark", forcedColors: "none" }, {}],
  // Colours are the system's then; computed styles still tell those of the page.
  ["forced", { colorScheme: "dark", forcedColors: "active" }, { "color-contrast": { enabled: false } }],
];

const shoot = async (page, name) => {
  if (process.env.UPDATE_DOCS === "1" && SHOWN.includes(name)) {
    mkdirSync(IMAGES, { recursive: true });
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: `${IMAGES}/${name}.png` });
  }
  if (SHOTS === undefined) return;
  mkdirSync(SHOTS, { recursive: true });
  // What a new size or scheme changes is drawn first.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
};
