// The whole page goes to the provider, and comes back by return_to.
"use strict";

const assert = require("node:assert/strict");
const { cancel, confirm, signInAs, signInThroughout } = require("../steps");

const connect = (panel, resource) =>
  panel.locator(`section[data-resource=${resource}]`).getByRole("button", { name: "Connect on this page" }).click();

module.exports = {
  "alice and bob come back to where they were": async (world, t) => {
    const signInOne = async (name) => {
      const context = await world.person(t);
      const page = await world.openPanel(context, name, { via: "server" });
      const place = `${page.url()}?tab=two#row-5`;
      await page.goto(place);
      await connect(page, "files");
      await signInThroughout(page, name);
      await page.waitForURL(place);
      assert.equal(await world.plain.isConnected(name, "files"), true);
    };
    await Promise.all(["alice", "bob"].map(signInOne));
  },

  // Chromium judges each redirect behind a form by the form-action of the page with the form.
  "whoever the provider knows already comes back by redirects alone, across three sites": async (world, t) => {
    const page = await world.openPanel(await world.person(t), "erin", { via: "server" });
    const place = page.url();
    await connect(page, "files");
    await signInThroughout(page, "erin");
    await page.waitForURL(place);
    await connect(page, "calendar");
    await confirm(page);
    await page.waitForURL(place);
    assert.equal(await world.plain.isConnected("erin", "calendar"), true);
  },

  "back after the return neither breaks nor undoes anything": async (world, t) => {
    const page = await world.openPanel(await world.person(t), "frank", { via: "server" });
    const place = page.url();
    await connect(page, "files");
    await signInThroughout(page, "frank");
    await page.waitForURL(place);
    // Past the provider's two pages to the one with the click.
    for (let step = 0; step < 3; ++step) await page.goBack();
    await page.getByRole("heading", { name: "This link is no longer valid" }).waitFor();
    assert.equal(await world.plain.isConnected("frank", "files"), true);
  },

  "a failure says why, and leads back": async (world, t) => {
    const page = await world.openPanel(await world.person(t), "grace", { via: "server" });
    const place = page.url();
    await connect(page, "files");
    await confirm(page);
    await cancel(page);
    await page.getByRole("heading", { name: "Sign-in failed" }).waitFor();
    assert.match(await page.locator("main").innerText(), /File Store was not connected/);
    await page.getByRole("link", { name: `Go back to ${world.panel.origin}` }).click();
    await page.waitForURL(place);
    assert.equal(await world.plain.isConnected("grace", "files"), false);
  },

  "it works without JavaScript": async (world, t) => {
    const context = await world.person(t, { javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(await world.plain.loginUrl("heidi"));
    await confirm(page);
    await signInAs(page, "heidi");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Connected" }).waitFor();
    assert.match(await page.locator("main").innerText(), /Team Calendar is connected for heidi/);
    assert.equal(await world.plain.isConnected("heidi"), true);
  },
};
