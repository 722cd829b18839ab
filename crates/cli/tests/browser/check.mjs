// Opens a page in headless Chromium as its reader would, and says what is wrong with it: anything it asks the network for, any
// error of its console, anything that axe-core holds to be a serious fault, anything wider than the screen.
//
//   node check.mjs PAGE.html [DIRECTORY FOR PICTURES]
//
// Prints a line for each screen; ends with 1 where a fault was found, with 2 where the page could not be opened.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";
import puppeteer from "puppeteer-core";

const [page_path, pictures] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const screens = [
  { name: "phone", width: 375, height: 740, mobile: true },
  { name: "desktop", width: 1280, height: 900 },
  { name: "a4", width: 794, height: 1123, print: true },
];
const faults = [];

async function check(browser, screen, scheme) {
  const page = await browser.newPage();
  const url = pathToFileURL(path.resolve(page_path)).href;
  const where = `${screen.name} ${scheme}`;
  const fault = (text) => faults.push(`${where}: ${text}`);
  page.on("request", (request) => request.url() === url || fault(`asks for ${request.url()}`));
  page.on("console", (message) => message.type() === "error" && fault(`console: ${message.text()}`));
  page.on("pageerror", (error) => fault(`error: ${error.message}`));
  await page.setViewport({ width: screen.width, height: screen.height, isMobile: Boolean(screen.mobile), hasTouch: Boolean(screen.mobile) });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  if (screen.print) await page.emulateMediaType("print");
  await page.goto(url, { waitUntil: "load" });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) fault(`is ${wide} pixels wider than the screen`);
  // By the debugger, which the page's own policy does not bind: it allows no script at all.
  const { violations, passes } = await page.evaluate(`${axe}; axe.run()`);
  const serious = violations.filter((of) => ["serious", "critical"].includes(of.impact));
  for (const of of serious) fault(`${of.id} (${of.impact}): ${of.nodes.length} places, first ${of.nodes[0].html.slice(0, 200)}`);
  if (pictures) {
    await page.screenshot({ path: path.join(pictures, `${screen.name}-${scheme}.png`) });
    if (screen.print) await page.pdf({ path: path.join(pictures, `${scheme}.pdf`), preferCSSPageSize: true, printBackground: false });
  }
  const lesser = violations.filter((of) => !serious.includes(of)).map((of) => of.id);
  console.log(`${where}: ${passes.length} rules passed, ${serious.length} serious, lesser: ${lesser.join(" ") || "none"}`);
  await page.close();
}

try {
  const executablePath = process.env.MEIBO_CHROMIUM ?? "chromium";
  const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    for (const screen of screens) for (const scheme of ["light", "dark"]) await check(browser, screen, scheme);
  } finally {
    await browser.close();
  }
} catch (error) {
  console.error(`the page could not be opened: ${error.message}`);
  process.exit(2);
}
faults.forEach((fault) => console.log(`FAULT ${fault}`));
process.exit(faults.length === 0 ? 0 : 1);
