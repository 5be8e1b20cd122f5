#!/usr/bin/env node
// Sign-ins in a real browser: Chromium, the real gateway, a certified provider, the frontend code of docs/oauth.md.
//
//     node run.js SALLYPORT_BINARY [PART OF A TEST'S NAME]
//
// Exit code 77 where there is no Chromium.
"use strict";

const { test } = require("node:test");
const { findChromium } = require("./chromium");

const SKIPPED = 77;
const SCENARIOS = ["popup", "redirect", "links", "cookies", "pages"];

const [binary, only = ""] = process.argv.slice(2);
const chromium = findChromium();
if (!chromium) {
  console.log("browser: there is no chromium in PATH; install it (on Debian: apt-get install chromium) to run this test");
  process.exit(SKIPPED);
}

const { World } = require("./world");

test("sign-in in a browser", async (t) => {
  const world = new World();
  t.after(() => world.stop());
  await world.start(binary, chromium);
  for (const name of SCENARIOS)
    for (const [title, body] of Object.entries(require(`./scenarios/${name}`)))
      if (title.includes(only)) await t.test(title, (each) => body(world, each));
});
