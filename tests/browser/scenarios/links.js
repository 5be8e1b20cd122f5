// Links that somebody else made, and links that are used in other ways than meant.
"use strict";

const assert = require("node:assert/strict");
const { allow, confirm, signInAs, signInThroughout } = require("../steps");

/** This browser is signed in to the gateway's own origin. */
async function signInToGateway(context, gateway, user) {
  const { token } = await gateway.makeSession(user);
  const name = gateway.url.startsWith("https:") ? "__Host-sallyport_session" : "sallyport_session";
  await context.addCookies([{ name, value: token, url: gateway.url, httpOnly: true, sameSite: "Lax" }]);
}

const isAtProvider = (page) => page.locator("input[name=login]").waitFor();

async function openForeign(context, world, link) {
  const page = await context.newPage();
  await page.goto(`${world.panel.attacker}/foreign.html?link=${encodeURIComponent(link)}`);
  return page;
}

/** The page that a click on `button` opens. */
async function openBy(page, button) {
  const opened = page.waitForEvent("popup");
  await page.locator(button).click();
  return opened;
}

async function isRefused(page, text) {
  await page.getByRole("heading", { name: "Sign-in failed" }).waitFor();
  assert.match(await page.locator("main").innerText(), text);
}

/** What a POST says of where it came from. */
const sourceOf = ({ headers }) => ({ origin: headers.origin, site: headers["sec-fetch-site"] });

async function isClickElsewhereRefused(world, t, gateway, expected) {
  const link = await gateway.loginUrl("mallory");
  const context = await world.person(t);
  const foreign = await openForeign(context, world, link);
  const confirming = await openBy(foreign, "#open");
  await confirming.getByRole("button", { name: "Continue" }).waitFor();
  await isRefused(await openBy(foreign, "#post"), /click did not come from this gateway's own page/);
  await confirm(confirming);
  await isAtProvider(confirming);
  const posts = gateway.front.requests("POST", new URL(link).pathname).map(sourceOf);
  assert.deepEqual(posts, [expected.elsewhere, expected.own]);
}

module.exports = {
  "a planted link is refused in the browser of somebody else's session": async (world, t) => {
    const link = await world.plain.loginUrl("mallory", "files");
    const victim = await world.person(t);
    await signInToGateway(victim, world.plain, "alice");
    const page = await openBy(await openForeign(victim, world, link), "#open");
    await isRefused(page, /File Store was not connected.[^]*for another user/);
    const attacker = await (await world.person(t)).newPage();
    await attacker.goto(link);
    await signInThroughout(attacker, "mallory");
    await attacker.getByRole("heading", { name: "Connected" }).waitFor();
  },

  "the session of the same user goes straight on": async (world, t) => {
    const context = await world.person(t);
    await signInToGateway(context, world.plain, "alice");
    const page = await context.newPage();
    await page.goto(await world.plain.loginUrl("alice"));
    await isAtProvider(page);
  },

  "without a session a page names user, resource and provider, and nothing happens before the click": async (world, t) => {
    const page = await (await world.person(t)).newPage();
    await page.goto(await world.plain.loginUrl("mallory", "files"));
    assert.equal(new URL(page.url()).origin, world.plain.url);
    const text = await page.locator("main").innerText();
    for (const part of ["mallory", "File Store", world.provider.browserUrl]) assert.ok(text.includes(part), text);
    assert.equal((await page.context().cookies(world.provider.browserUrl)).length, 0);
    await confirm(page);
    await isAtProvider(page);
  },

  // Sec-Fetch-Site is sent to https only; without it a cookie tells.
  "a click that another site makes is refused, over http": (world, t) =>
    isClickElsewhereRefused(world, t, world.plain, {
      elsewhere: { origin: "null", site: undefined },
      own: { origin: "null", site: undefined },
    }),
  "a click that another site makes is refused, over https": (world, t) =>
    isClickElsewhereRefused(world, t, world.secure, {
      elsewhere: { origin: "null", site: "cross-site" },
      own: { origin: "null", site: "same-origin" },
    }),

  "the page for the click shows in no frame": async (world, t) => {
    const foreign = await openForeign(await world.person(t), world, await world.plain.loginUrl("mallory"));
    const refused = foreign.waitForEvent("console", (message) => /frame-ancestors|X-Frame-Options/.test(message.text()));
    await foreign.locator("#frame").click();
    await refused;
    assert.equal(await foreign.frameLocator("iframe").getByRole("button").count(), 0);
  },

  "a link works once": async (world, t) => {
    const link = await world.plain.loginUrl("ivan");
    const context = await world.person(t);
    const first = await context.newPage();
    await first.goto(link);
    await confirm(first);
    await isAtProvider(first);
    const second = await context.newPage();
    assert.equal((await second.goto(link)).status(), 400);
    await second.getByRole("heading", { name: "This link is no longer valid" }).waitFor();
    await signInAs(first, "ivan");
    await allow(first);
    await first.getByRole("heading", { name: "Connected" }).waitFor();
  },

  "two clicks are taken for one": async (world, t) => {
    const { front } = world.plain;
    front.treatDuring(t, ({ method }) => ({ late: method === "POST" }));
    const link = await world.plain.loginUrl("ivan");
    const page = await (await world.person(t)).newPage();
    await page.goto(link);
    const posted = page.waitForRequest(link);
    await confirm(page);
    await posted;
    await page.mouse.down();
    await page.mouse.up();
    await isAtProvider(page);
    assert.equal(front.requests("POST", new URL(link).pathname).length, 1);
  },

  "another browser can neither finish a sign-in nor spoil it": async (world, t) => {
    const own = await (await world.person(t)).newPage();
    const other = await (await world.person(t)).newPage();
    await own.goto(await world.plain.loginUrl("judy"));
    await confirm(own);
    await signInAs(own, "judy");
    const { front } = world.plain;
    let stolen = false;
    front.treatDuring(t, ({ path }) => ({ drop: !stolen && path.startsWith("/oauth/callback") }));
    const failed = own.waitForEvent("requestfailed", (request) => request.url().startsWith(world.plain.callbackUrl));
    await allow(own);
    const callback = (await failed).url();
    // The browser's page of the failure loads the callback again by itself before long.
    await own.waitForURL(/^chrome-error:/);
    await own.goto("about:blank");
    stolen = true;
    await other.goto(callback);
    await isRefused(other, /started in another browser/);
    assert.equal(await world.plain.isConnected("judy"), false);
    await own.goto(callback);
    await own.getByRole("heading", { name: "Connected" }).waitFor();
  },

  "a result that is loaded again says so, and undoes nothing": async (world, t) => {
    const page = await (await world.person(t)).newPage();
    await page.goto(await world.plain.loginUrl("ken"));
    await signInThroughout(page, "ken");
    await page.getByRole("heading", { name: "Connected" }).waitFor();
    await page.reload();
    await isRefused(page, /finished already/);
    assert.equal(await world.plain.isConnected("ken"), true);
  },
};
