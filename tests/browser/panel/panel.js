// Buttons around the functions of docs/oauth.md; each section's output shows what came of the last click.
import { run, signInByPopup, signInByRedirect } from "./sign_in.js";

const actions = {
  popup: signInByPopup,
  redirect: signInByRedirect,
  run: (resource) => run(resource, "whoami"),
};

// Whatever arrives, from whomever.
window.messages = [];
addEventListener("message", ({ origin, data }) => window.messages.push({ origin, data }));

async function act(section, action) {
  const output = section.querySelector("output");
  output.textContent = "...";
  try {
    output.textContent = JSON.stringify(await actions[action](section.dataset.resource));
  } catch (problem) {
    output.textContent = `${problem.code}: ${problem.message}`;
  }
}

for (const section of document.querySelectorAll("section"))
  for (const button of section.querySelectorAll("button"))
    button.addEventListener("click", () => act(section, button.dataset.do));
document.documentElement.dataset.ready = "yes";
