// Two requests as prism read them: do they say the same?
"use strict";

const { isDeepStrictEqual } = require("node:util");

// Fields that a client adds by itself, and those that go with the framing.
const CLIENT_FIELDS = new Set([
  "host",
  "connection",
  "accept",
  "accept-encoding",
  "accept-language",
  "sec-fetch-mode",
  "user-agent",
  "content-length",
  "transfer-encoding",
  "priority",
  "pragma",
  "cache-control",
]);

const decoded = (text) => text.split("/").map((segment) => decodeURIComponent(segment));

/** Parts of a multipart body: [[disposition, content]], whatever the boundary and the order of fields. */
function partsOf(body, contentType) {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const end = part.indexOf("\r\n\r\n");
      const fields = part.slice(0, end);
      return [/ name="([^"]*)"/.exec(fields)?.[1], /filename="([^"]*)"/.exec(fields)?.[1], part.slice(end + 4, -2)];
    });
}

function bodyOf({ body, headers }) {
  const type = headers["content-type"] ?? "";
  if (typeof body !== "string") return body ?? null;
  if (type.startsWith("application/x-www-form-urlencoded")) return [...new URLSearchParams(body)];
  return type.startsWith("multipart/") ? partsOf(body, type) : body;
}

function fieldsOf(headers) {
  const entries = Object.entries(headers).filter(([name]) => !CLIENT_FIELDS.has(name));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name === "content-type" ? value.replace(/;.*/, "") : value]),
  );
}

/** What differs, as lines for a person; [] when nothing does. */
function differences(byHand, byGateway) {
  const views = [byHand, byGateway].map((request) => ({
    method: request.method,
    path: decoded(request.url.path),
    query: request.url.query,
    headers: fieldsOf(request.headers),
    body: bodyOf(request),
  }));
  const names = Object.keys(views[0]).filter((name) => !isDeepStrictEqual(views[0][name], views[1][name]));
  return names.map((name) => `${name}: ${JSON.stringify(views[1][name])} instead of ${JSON.stringify(views[0][name])}`);
}

module.exports = { differences };
