// The clients that the provider knows. tests/support/oidc_provider.h has the same secrets.
"use strict";

// Bytes that form encoding changes, or that Basic could take for its own.
const ODD_SECRET = "a:b+c%2F/d&e=f g\"h\\i?j#k~l";
const UNICODE_SECRET = "geh\u00e9im: \u5bc6\u7801+\u20ac";
const UNICODE_STAND_IN = "stands-for-the-secret-that-is-no-ascii";

// A native client may use any port of loopback: the gateway's is not known when the provider starts.
const common = {
  application_type: "native",
  redirect_uris: ["http://127.0.0.1/oauth/callback"],
  response_types: ["code"],
  grant_types: ["authorization_code", "refresh_token", "client_credentials"],
};

const clients = [
  { ...common, client_id: "basic", client_secret: ODD_SECRET, token_endpoint_auth_method: "client_secret_basic" },
  { ...common, client_id: "post", client_secret: ODD_SECRET, token_endpoint_auth_method: "client_secret_post" },
  { ...common, client_id: "unicode", client_secret: UNICODE_STAND_IN },
  {
    ...common,
    client_id: "public",
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "none",
  },
];

// RFC 6749 appendix B: form encoding over UTF-8.
const formDecode = (text) => decodeURIComponent(text.replace(/\+/g, "%20"));

// oidc-provider takes secrets of printable ASCII only (RFC 6749 appendix A.2), many others take all of Unicode. A
// secret of that kind that came right to the last byte is replaced by the one that stands for it.
function replaceUnicodeSecret(request) {
  const [scheme, value] = (request.headers.authorization || "").split(" ");
  if (scheme !== "Basic" || !value) return;
  const [id, secret] = Buffer.from(value, "base64").toString("latin1").split(":");
  try {
    if (id !== "unicode" || formDecode(secret) !== UNICODE_SECRET) return;
  } catch (notEncoded) {
    return; // the provider says so
  }
  request.headers.authorization = "Basic " + Buffer.from(`${id}:${UNICODE_STAND_IN}`).toString("base64");
}

module.exports = { clients, replaceUnicodeSecret };
