// oidc-provider in a process of its own. Browsers know it under a name, as another site than the gateway.
"use strict";

const { spawn } = require("node:child_process");
const path = require("node:path");
const readline = require("node:readline");

class Provider {
  clientId = "browser";
  clientSecret = "secret-of-the-client-that-browsers-use";
  #child;

  /** callbackUrls: the redirect URIs of its client. */
  static async start(callbackUrls) {
    const provider = new Provider();
    const script = path.join(__dirname, "../npm/oidc_provider.js");
    const client = JSON.stringify({
      client_id: provider.clientId,
      client_secret: provider.clientSecret,
      redirect_uris: callbackUrls,
    });
    provider.#child = spawn(process.execPath, [script, client], { stdio: ["ignore", "pipe", "inherit"] });
    process.once("exit", () => provider.#child.kill("SIGKILL"));
    const [, port] = await provider.#line(/^listening (\d+)$/);
    provider.url = `http://127.0.0.1:${port}`;
    provider.browserUrl = `http://provider.test:${port}`;
    return provider;
  }

  stop() {
    this.#child.kill("SIGTERM");
  }

  #line(pattern) {
    return new Promise((resolve, reject) => {
      const lines = readline.createInterface({ input: this.#child.stdout });
      lines.on("line", (line) => pattern.test(line) && resolve(pattern.exec(line)));
      this.#child.once("exit", (code) => reject(new Error(`the provider ended with ${code}`)));
    });
  }
}

module.exports = { Provider };
