// What tests ask of the provider and change in it.
//
// GET    /test/events           what happened, oldest first; DELETE forgets it
// GET    /test/tokens           tokens that would work now: [{kind, subject, client}]
// GET    /test/values           every token that was ever given
// POST   /test/settings {...}   changes settings (access_token_ttl, refresh_tokens, token_delay_ms)
// POST   /test/expire           ends all access tokens; refresh tokens stay
// POST   /test/revoke           ends all grants, as a user does in the provider's own settings
"use strict";

const { answerJson, readBody } = require("./http.js");

const TOKEN_MODELS = { access_token: "AccessToken", client_credentials: "ClientCredentials", refresh_token: "RefreshToken" };

function clientAuthOf(ctx) {
  if (ctx.headers.authorization) return "basic";
  return ctx.oidc.body && ctx.oidc.body.client_secret ? "post" : "none";
}

// What came with a request, without what is secret and differs each time.
function paramsOf(body) {
  const { client_secret, code, code_verifier, refresh_token, token, ...others } = body || {};
  return others;
}

function makeControls(provider, settings) {
  let events = [];
  const issued = []; // [model, value]

  const tokenRequest = (ctx, ok, error) =>
    events.push({
      event: "token",
      ok,
      error: error ? error.error_detail || error.error_description || error.message : "",
      client_auth: clientAuthOf(ctx),
      verifier: Boolean(ctx.oidc.body && ctx.oidc.body.code_verifier),
      params: paramsOf(ctx.oidc.body),
      headers: ctx.headers,
    });
  provider.on("grant.success", (ctx) => tokenRequest(ctx, true));
  provider.on("grant.error", (ctx, error) => tokenRequest(ctx, false, error));
  provider.on("grant.revoked", () => events.push({ event: "grant_revoked" }));
  provider.on("server_error", (ctx, error) => console.error(error));
  for (const [kind, model] of Object.entries(TOKEN_MODELS)) {
    provider.on(`${kind}.saved`, (token) => {
      if (!issued.some(([, value]) => value === token.jti)) issued.push([model, token.jti]);
    });
  }
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path !== "/token/revocation") return;
    const hint = ctx.oidc && ctx.oidc.body ? ctx.oidc.body.token_type_hint : undefined;
    events.push({ event: "revocation", status: ctx.status, hint, client_auth: clientAuthOf(ctx) });
  });

  async function alive() {
    const found = [];
    for (const [model, value] of issued) {
      const token = await provider[model].find(value);
      if (token && !token.consumed) found.push({ model, token });
    }
    return found;
  }

  const describe = ({ model, token }) => ({
    kind: model === "RefreshToken" ? "refresh" : "access",
    subject: token.accountId || null,
    client: token.clientId,
  });

  async function expire() {
    for (const { model, token } of await alive()) if (model !== "RefreshToken") await token.destroy();
  }

  async function revoke() {
    for (const { model, token } of await alive()) {
      await token.destroy();
      if (model === "RefreshToken") await provider.Grant.adapter.destroy(token.grantId);
    }
  }

  const actions = {
    "GET /test/events": () => events,
    "DELETE /test/events": () => (events = []),
    "GET /test/tokens": async () => (await alive()).map(describe),
    "GET /test/values": () => issued.map(([, value]) => value),
    "POST /test/settings": (body) => Object.assign(settings, JSON.parse(body)),
    "POST /test/expire": expire,
    "POST /test/revoke": revoke,
  };

  return {
    note: (event) => events.push(event),
    // Every call of the provider, before it is served.
    see(request) {
      const [path, query] = request.url.split("?");
      // With a path behind /auth it is a form that comes back.
      if (path === "/auth") events.push({ event: "authorization", params: Object.fromEntries(new URLSearchParams(query)) });
      if (path.startsWith("/.well-known/")) events.push({ event: "discovery" });
    },
    async answer(request, response) {
      const action = actions[`${request.method} ${request.url}`];
      if (!action) return answerJson(response, 404, { error: "no such control" });
      return answerJson(response, 200, (await action(await readBody(request))) || {});
    },
  };
}

module.exports = { makeControls };
