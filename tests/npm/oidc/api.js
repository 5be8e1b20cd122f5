// The API that tokens of the provider open. Answers whose token came and what the call was, with every token in it
// replaced by what it is: "<access token of alice>". /api/refused and /api/forbidden answer 401 and 403 to everybody;
// ?redirect_to=URL redirects.
"use strict";

const { answerJson, readBody } = require("./http.js");

const CANDIDATE = /[A-Za-z0-9_-]{20,}(\.[A-Za-z0-9_-]+){0,2}/g;

// The subject of a JWT. Not verified: it is only named here.
function subjectOf(text) {
  const parts = text.split(".");
  if (parts.length !== 3) return undefined;
  try {
    return JSON.parse(Buffer.from(parts[1], "base64url").toString()).sub;
  } catch (noJwt) {
    return undefined;
  }
}

/** `note` is told {event: "api", subject, url} of every call; subject is null without a token that is alive. */
function makeApi(provider, note) {
  // The token as the provider knows it, undefined when it is not alive.
  async function find(token) {
    const found = (await provider.AccessToken.find(token)) || (await provider.ClientCredentials.find(token));
    return found && { subject: found.accountId || `client ${found.clientId}`, scope: found.scope, audience: found.aud };
  }

  async function nameOf(text) {
    const found = await find(text);
    if (found) return `<access token of ${found.subject}>`;
    const subject = subjectOf(text);
    return subject ? `<id token of ${subject}>` : text;
  }

  async function named(text) {
    let result = text;
    for (const [candidate] of text.matchAll(CANDIDATE)) result = result.replace(candidate, await nameOf(candidate));
    return result;
  }

  return async function api(request, response) {
    const [scheme, token] = (request.headers.authorization || "").split(" ");
    const found = scheme === "Bearer" && token ? await find(token) : undefined;
    const body = await readBody(request);
    note({ event: "api", subject: found ? found.subject : null, method: request.method, url: await named(request.url) });
    const to = new URL(request.url, "http://api").searchParams.get("redirect_to");
    if (to) return answerJson(response, 307, {}, { location: to });
    const refused = request.url.startsWith("/api/refused") || request.url.startsWith("/api/forbidden");
    if (refused) return answerJson(response, request.url.startsWith("/api/refused") ? 401 : 403, { error: "never" });
    if (!found && request.url.startsWith("/api/")) {
      const error = token ? "Bearer error=\"invalid_token\"" : "Bearer";
      return answerJson(response, 401, { error: "no token that is alive" }, { "www-authenticate": error });
    }
    const headers = {};
    for (const [name, value] of Object.entries(request.headers)) headers[name] = await named(value);
    return answerJson(response, 200, {
      ...found,
      method: request.method,
      url: await named(request.url),
      headers,
      body: await named(body),
    });
  };
}

module.exports = { makeApi };
