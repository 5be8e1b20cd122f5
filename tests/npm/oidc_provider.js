// A certified OpenID provider (oidc-provider) and an API behind it, on a port that the system picks; prints
// "listening <port>". Whoever signs in is who they type; every password is right.
//
// /api/...        the API: 401 without a token that is alive, else what oidc/api.js says about the call
// /echo/...       the same for anybody
// /test/...       what the tests ask and change, see oidc/controls.js
// anything else   the provider; /.well-known/openid-configuration tells its endpoints
"use strict";

const http = require("http");

const { makeApi } = require("./oidc/api.js");
const { clients, replaceUnicodeSecret } = require("./oidc/clients.js");
const { makeControls } = require("./oidc/controls.js");

const API_SCOPES = "api:read api:write";
// Each argument is one more client, as JSON.
const moreClients = process.argv.slice(2).map((text) => JSON.parse(text));

function providerSettings(settings, issuer) {
  return {
    clients: [...clients, ...moreClients],
    scopes: ["openid", "offline_access", ...API_SCOPES.split(" ")],
    // What an attacker's code would run into: no code without PKCE, no refresh token twice.
    pkce: { required: () => true, methods: ["S256"] },
    rotateRefreshToken: true,
    issueRefreshToken: (ctx, client) => settings.refresh_tokens && client.grantTypeAllowed("refresh_token"),
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({ scope: API_SCOPES, accessTokenFormat: "opaque" }),
      },
    },
    ttl: {
      AccessToken: () => settings.access_token_ttl,
      ClientCredentials: () => settings.access_token_ttl,
      AuthorizationCode: 60,
      Grant: 3600,
      IdToken: 3600,
      Interaction: 600,
      RefreshToken: 3600,
      Session: 3600,
    },
    cookies: { keys: ["keys of a provider that runs for one test"] },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, iss: issuer }) }),
  };
}

async function main() {
  // An ES module; this file is none, as Node.js 18 and the other servers here want it.
  const { Provider } = await import("oidc-provider");
  const settings = { access_token_ttl: 3600, refresh_tokens: true, token_delay_ms: 0 };
  const server = http.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, providerSettings(settings, issuer));
  const controls = makeControls(provider, settings);
  const api = makeApi(provider, controls.note);
  const callback = provider.callback();
  server.on("request", (request, response) => {
    const path = request.url.split("?")[0];
    if (path.startsWith("/test/")) return controls.answer(request, response);
    if (path.startsWith("/api/") || path.startsWith("/echo/")) return api(request, response);
    replaceUnicodeSecret(request);
    controls.see(request);
    const delay = path === "/token" ? settings.token_delay_ms : 0;
    return delay > 0 ? setTimeout(() => callback(request, response), delay) : callback(request, response);
  });
  console.log(`listening ${server.address().port}`);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
