// A gateway behind its front, with two resources whose tokens the provider gives.
"use strict";

const { Front } = require("./front");
const { startGateway } = require("../npm/openapi/gateway");

const RESOURCES = { calendar: "Team Calendar", files: "File Store" };

class Gateway {
  #process;

  /** Its callback URL is known as soon as the front listens. */
  static async start(binary, scheme, host, corsOrigins) {
    const gateway = new Gateway();
    gateway.front = await Front.start(scheme, host);
    gateway.url = gateway.front.url;
    gateway.callbackUrl = `${gateway.url}/oauth/callback`;
    gateway.#process = await startGateway(binary, {
      SALLYPORT_PUBLIC_URL: gateway.url,
      SALLYPORT_CORS__ORIGINS: corsOrigins.join(","),
    });
    gateway.front.forwardTo(gateway.#process.url);
    return gateway;
  }

  async stop() {
    this.front.stop();
    await this.#process.stop();
  }

  /** What browsers sent through the front. */
  get seen() {
    return this.front;
  }

  /** The JSON that a call with the admin's key answers; problems are thrown. */
  async call(method, path, body, fields = {}) {
    const answer = await this.#process.call(method, path, body, fields);
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async saveResources(provider) {
    for (const [slug, name] of Object.entries(RESOURCES)) {
      const auth = {
        type: "oauth2",
        grant: "authorization_code",
        authorization_url: `${provider.browserUrl}/auth`,
        token_url: `${provider.url}/token`,
        client_id: provider.clientId,
        client_secret: provider.clientSecret,
        scopes: ["openid"],
      };
      await this.call("POST", "/api/v1/resources", { slug, name, base_url: `${provider.url}/api`, auth });
      await this.call("POST", `/api/v1/resources/${slug}/queries`, { slug: "whoami", name: "Who am I?", path: "/whoami" });
    }
  }

  /** {token, session} of a new session. */
  makeSession(user) {
    return this.call("POST", "/api/v1/sessions", { user });
  }

  /** A login_url for an end user, made by a server with an API key. */
  async loginUrl(user, resource = "calendar", wishes = {}) {
    const answer = await this.call("POST", `/api/v1/resources/${resource}/login`, wishes, { "Sallyport-User": user });
    return answer.login_url;
  }

  async isConnected(user, resource = "calendar") {
    const path = `/api/v1/resources/${resource}/connection`;
    return (await this.call("GET", path, undefined, { "Sallyport-User": user })).connected;
  }
}

module.exports = { Gateway, RESOURCES };
