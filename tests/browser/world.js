// All that a sign-in needs: a browser, gateways over http and https, a provider and an admin panel, each a site of its own.
"use strict";

const { launchChromium } = require("./chromium");
const { Gateway } = require("./gateway");
const { Panel } = require("./panel");
const { Provider } = require("./provider");

class World {
  #started = [];

  async start(binary, chromium) {
    this.panel = this.#keep(await Panel.start());
    // Of two frontends, a message must go to the right one.
    const origins = ["http://another-panel.test", this.panel.origin];
    this.plain = this.#keep(await Gateway.start(binary, "http", "gateway.test", origins));
    this.secure = this.#keep(await Gateway.start(binary, "https", "gateway.test", origins));
    this.provider = this.#keep(await Provider.start([this.plain.callbackUrl, this.secure.callbackUrl]));
    await this.plain.saveResources(this.provider);
    await this.secure.saveResources(this.provider);
    this.panel.serve({ plain: this.plain, secure: this.secure });
    this.browser = await launchChromium(chromium);
    this.#started.push(() => this.browser.close());
  }

  /** Whatever of it runs. */
  async stop() {
    for (const stop of this.#started.reverse()) await stop();
  }

  #keep(part) {
    this.#started.push(() => part.stop());
    return part;
  }

  /** A browser of one person, gone with the test: cookies of their own. */
  async person(t, options = {}) {
    const context = await this.browser.newContext({ ignoreHTTPSErrors: true, ...options });
    context.setDefaultTimeout(20_000);
    t.after(() => context.close());
    return context;
  }

  panelUrl(user, { gateway = "plain", via = "session" } = {}) {
    return `${this.panel.origin}/${gateway}/${user}/${via}/`;
  }

  /** A page of the panel. via: "session" or "server", see panel.js. */
  async openPanel(context, user, { gateway = "plain", via = "session" } = {}) {
    const page = await context.newPage();
    await page.goto(this.panelUrl(user, { gateway, via }));
    await page.locator("html[data-ready]").waitFor();
    return page;
  }
}

module.exports = { World };
