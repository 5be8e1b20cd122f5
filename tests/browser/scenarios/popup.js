// The popup of docs/oauth.md.
"use strict";

const assert = require("node:assert/strict");
const { allow, cancel, clickForPopup, confirm, outcomeOf, signInAs, signInThroughout } = require("../steps");

async function signInByPopup(panel, resource, name) {
  const popup = await clickForPopup(panel, resource);
  const closed = popup.waitForEvent("close");
  await signInThroughout(popup, name);
  await closed;
}

async function whoAmI(panel, resource) {
  await panel.locator(`section[data-resource=${resource}]`).getByRole("button", { name: "Show" }).click();
  return (await outcomeOf(panel, resource)).body.subject;
}

const messages = (page) => page.evaluate(() => window.messages);

module.exports = {
  "alice and bob sign in by a popup, each in a browser of their own": async (world, t) => {
    const signInOne = async (name) => {
      const panel = await world.openPanel(await world.person(t), name);
      await signInByPopup(panel, "calendar", name);
      assert.equal(await outcomeOf(panel, "calendar"), true);
      assert.deepEqual(await messages(panel), [
        { origin: world.plain.url, data: { type: "sallyport:login", resource: "calendar", ok: true } },
      ]);
      assert.equal(await whoAmI(panel, "calendar"), name);
    };
    await Promise.all(["alice", "bob"].map(signInOne));
  },

  "a page without a token signs in through its own server": async (world, t) => {
    const panel = await world.openPanel(await world.person(t), "carol", { via: "server" });
    await signInByPopup(panel, "calendar", "carol");
    assert.equal(await outcomeOf(panel, "calendar"), true);
    assert.equal((await messages(panel)).length, 1);
    assert.equal(await world.plain.isConnected("carol"), true);
  },

  "two sign-ins at once in one browser both work": async (world, t) => {
    const panel = await world.openPanel(await world.person(t), "alice");
    const calendar = await clickForPopup(panel, "calendar");
    const files = await clickForPopup(panel, "files");
    const closed = [calendar, files].map((popup) => popup.waitForEvent("close"));
    await confirm(calendar);
    await confirm(files);
    await signInAs(calendar, "alice");
    await signInAs(files, "alice");
    await allow(files);
    await allow(calendar);
    await Promise.all(closed);
    assert.equal(await outcomeOf(panel, "calendar"), true);
    assert.equal(await outcomeOf(panel, "files"), true);
    assert.deepEqual((await messages(panel)).map(({ data }) => data.resource).sort(), ["calendar", "files"]);
  },

  "a denial is told as ok:false, and the popup stays with its reason": async (world, t) => {
    const panel = await world.openPanel(await world.person(t), "alice");
    const popup = await clickForPopup(panel, "calendar");
    await confirm(popup);
    await cancel(popup);
    await popup.getByRole("heading", { name: "Sign-in failed" }).waitFor();
    assert.match(await popup.locator("main").innerText(), /Team Calendar was not connected\.[^]*access_denied/);
    assert.equal(await outcomeOf(panel, "calendar"), false);
    assert.deepEqual(
      (await messages(panel)).map(({ data }) => data),
      [{ type: "sallyport:login", resource: "calendar", ok: false }],
    );
    assert.equal(popup.isClosed(), false);
  },

  "an opener from elsewhere is told nothing": async (world, t) => {
    const link = await world.plain.loginUrl("dave", "calendar", { origin: world.panel.origin });
    const context = await world.person(t);
    const foreign = await context.newPage();
    await foreign.goto(`${world.panel.attacker}/foreign.html?link=${encodeURIComponent(link)}`);
    const opened = foreign.waitForEvent("popup");
    await foreign.locator("#open").click();
    const popup = await opened;
    // It is told in the same turn as it would be told the message.
    const closed = popup.waitForEvent("close");
    await signInThroughout(popup, "dave");
    await closed;
    assert.equal(await world.plain.isConnected("dave"), true);
    assert.deepEqual(await messages(foreign), []);
  },

  "a popup that is closed too early ends the wait": async (world, t) => {
    const panel = await world.openPanel(await world.person(t), "alice");
    const popup = await clickForPopup(panel, "calendar");
    await popup.getByRole("button", { name: "Continue" }).waitFor();
    await popup.close();
    assert.equal(await outcomeOf(panel, "calendar"), false);
  },

  // As a provider's policy does. It works in secure contexts only, and the driver says that every page has the focus.
  "a popup that is cut off from the panel is waited for until the user is back": async (world, t) => {
    const isolated = ["Cross-Origin-Opener-Policy", "same-origin"];
    world.secure.front.treatDuring(t, ({ path }) => ({ fields: path.startsWith("/connect/") ? isolated : [] }));
    const panel = await world.openPanel(await world.person(t), "alice", { gateway: "secure" });
    await panel.evaluate(() => (document.hasFocus = () => false));
    const popup = await clickForPopup(panel, "files");
    await signInThroughout(popup, "alice");
    await popup.getByText("You can close this page.").waitFor();
    assert.equal(await popup.evaluate(() => window.opener), null);
    await popup.close();
    assert.equal(await panel.locator("section[data-resource=files] output").textContent(), "...");
    await panel.evaluate(() => (document.hasFocus = () => true));
    assert.equal(await outcomeOf(panel, "files"), true);
    assert.deepEqual(await messages(panel), []);
  },

  "a run that needs a sign-in asks for it in a modal, and runs again": async (world, t) => {
    const panel = await world.openPanel(await world.person(t), "bob");
    const section = panel.locator("section[data-resource=files]");
    await section.getByRole("button", { name: "Show" }).click();
    const modal = panel.getByRole("dialog", { name: "Sign in to files" });
    const opened = panel.waitForEvent("popup");
    await modal.getByRole("button", { name: "Sign in" }).click();
    await signInThroughout(await opened, "bob");
    assert.equal((await outcomeOf(panel, "files")).body.subject, "bob");
    assert.equal(await modal.isVisible(), false);
  },

  "the login_url of a refused run tells the page that ran": async (world, t) => {
    const panel = await world.openPanel(await world.person(t), "alice");
    const problem = await panel.evaluate(async () => {
      const { call } = await import("./gateway.js");
      return call("POST", "/api/v1/resources/files/queries/whoami/run", {}).catch((thrown) => ({ ...thrown }));
    });
    assert.deepEqual([problem.status, problem.code, problem.resource], [424, "login_required", "files"]);
    const opened = panel.waitForEvent("popup");
    await panel.evaluate((url) => void window.open(url), problem.login_url);
    const popup = await opened;
    const closed = popup.waitForEvent("close");
    await signInThroughout(popup, "alice");
    await closed;
    assert.deepEqual((await messages(panel)).map(({ data }) => data.ok), [true]);
  },

  "a popup that is blocked becomes a redirect": async (world, t) => {
    const context = await world.person(t);
    await context.addInitScript(() => {
      const isPanel = location.hostname === "panel.test";
      // Not in a click.
      if (isPanel) addEventListener("load", async () => (await import("./sign_in.js")).signInByPopup("files"));
    });
    const panel = await context.newPage();
    // It leaves by itself, perhaps before it is ready.
    await panel.goto(world.panelUrl("alice"), { waitUntil: "commit" });
    await panel.waitForURL(`${world.plain.url}/connect/**`);
    assert.equal(context.pages().length, 1);
  },

  "a modal that is turned down leaves the run's problem": async (world, t) => {
    const panel = await world.openPanel(await world.person(t), "bob");
    const section = panel.locator("section[data-resource=files]");
    await section.getByRole("button", { name: "Show" }).click();
    await panel.getByRole("dialog").getByRole("button", { name: "Not now" }).click();
    await section.locator("output").filter({ hasText: "login_required:" }).waitFor();
  },
};
