// Everybody can read the gateway's pages: with assistive technology, in light and dark, on the narrowest screen.
"use strict";

const assert = require("node:assert/strict");
const axe = require("axe-core");
const { cancel, confirm, signInThroughout } = require("../steps");

const NARROW = { width: 320, height: 640 };
const LONG_NAME = `alice.${"x".repeat(90)}@example`;

/** {NAME: how to get there}. */
const PAGES = {
  confirm: async (page, gateway) => {
    await page.goto(await gateway.loginUrl(LONG_NAME));
  },
  success: async (page, gateway) => {
    await page.goto(await gateway.loginUrl(LONG_NAME));
    await signInThroughout(page, "alice");
    await page.getByRole("heading", { name: "Connected" }).waitFor();
  },
  failure: async (page, gateway) => {
    await page.goto(await gateway.loginUrl(LONG_NAME, "calendar", { return_to: "/app" }));
    await confirm(page);
    await cancel(page);
    await page.getByRole("heading", { name: "Sign-in failed" }).waitFor();
  },
  expired: async (page, gateway) => {
    await page.goto(`${gateway.url}/connect/unknown`);
  },
};

async function findings(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

const isNarrow = (page) => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
const background = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

const scenarios = {};
for (const [name, visit] of Object.entries(PAGES))
  scenarios[`the ${name} page has nothing against it in axe, in light and dark, and fits 320 pixels`] = async (world, t) => {
    const page = await (await world.person(t, { viewport: NARROW })).newPage();
    const complaints = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    await visit(page, world.plain);
    const backgrounds = new Set();
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      backgrounds.add(await background(page));
      assert.deepEqual(await findings(page), [], `${name}, ${colorScheme}`);
    }
    assert.equal(backgrounds.size, 2);
    assert.ok(await isNarrow(page));
    // A policy that stops what the page itself wants would show here.
    assert.deepEqual(complaints.filter((text) => /Content Security Policy/.test(text)), []);
  };

module.exports = scenarios;
