// The cookies that bind a sign-in to its browser.
"use strict";

const assert = require("node:assert/strict");
const { clickForPopup, confirm, outcomeOf, signInAs, signInThroughout } = require("../steps");

const ours = async (context, gateway) =>
  (await context.cookies(gateway.url)).filter(({ name }) => name.includes("sallyport"));

/** The one cookie of a browser that is at the provider, and none when it is back. */
async function isBoundOnTheWay(world, t, gateway, expected) {
  const context = await world.person(t);
  const page = await context.newPage();
  await page.goto(await gateway.loginUrl("leo"));
  await confirm(page);
  await page.locator("input[name=login]").waitFor();
  const cookies = await ours(context, gateway);
  assert.equal(cookies.length, 1);
  const { name, secure, httpOnly, sameSite, domain, path } = cookies[0];
  assert.match(name, expected.name);
  assert.deepEqual({ secure, httpOnly, sameSite, domain, path }, { ...expected.cookie, domain: "gateway.test", path: "/" });
  await signInAs(page, "leo");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Connected" }).waitFor();
  assert.deepEqual(await ours(context, gateway), []);
}

module.exports = {
  "over http they have plain names": (world, t) =>
    isBoundOnTheWay(world, t, world.plain, {
      name: /^sallyport_login_/,
      cookie: { secure: false, httpOnly: true, sameSite: "Lax" },
    }),

  "over https they are Secure, and __Host- lets no other host plant one": (world, t) =>
    isBoundOnTheWay(world, t, world.secure, {
      name: /^__Host-sallyport_login_/,
      cookie: { secure: true, httpOnly: true, sameSite: "Lax" },
    }),

  "a popup over https tells the panel": async (world, t) => {
    const panel = await world.openPanel(await world.person(t), "alice", { gateway: "secure" });
    const popup = await clickForPopup(panel, "calendar");
    const closed = popup.waitForEvent("close");
    await signInThroughout(popup, "alice");
    await closed;
    assert.equal(await outcomeOf(panel, "calendar"), true);
    assert.equal(await panel.evaluate(() => window.messages[0].origin), world.secure.url);
  },
};
