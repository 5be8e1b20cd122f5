// What a person does on the pages of the gateway and of the provider (oidc-provider's development pages, which take
// any name and password), and on the panel.
"use strict";

/** The gateway's page before the provider. */
const confirm = (page) => page.getByRole("button", { name: "Continue" }).click();

async function signInAs(page, name) {
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
}

async function allow(page) {
  await page.getByRole("heading", { name: "Authorize" }).waitFor();
  await page.getByRole("button", { name: "Continue" }).click();
}

const cancel = (page) => page.getByText("[ Cancel ]").click();

/** All of it, from the gateway's confirm page on. */
async function signInThroughout(page, name) {
  await confirm(page);
  await signInAs(page, name);
  await allow(page);
}

/** Clicks a button of the panel that opens a popup; resolves to the popup. */
async function clickForPopup(panel, resource, button = "Connect in a popup") {
  const opened = panel.waitForEvent("popup");
  await panel.locator(`section[data-resource=${resource}]`).getByRole("button", { name: button }).click();
  return opened;
}

/** Waits for what the panel shows of the last click on this resource, parsed. */
async function outcomeOf(panel, resource) {
  const output = panel.locator(`section[data-resource=${resource}] output`).filter({ hasText: /^(?!\.\.\.).+/ });
  return JSON.parse(await output.textContent());
}

module.exports = { allow, cancel, clickForPopup, confirm, outcomeOf, signInAs, signInThroughout };
