// What one operation is called with: a value for each parameter, a body, and the credentials that it wants. Says nothing of how
// they are written into a request; direct_request.js and saved_query.js each do that in their own way.
"use strict";

const { sample, typeOf, merged } = require("./samples");

// Fields that the type of the body or the connection decides.
const NO_PARAMETER = new Set(["content-type", "host", "content-length", "connection", "cookie"]);
const FREE_TEXT = {
  path: "Zoë & Co/1",
  query: "50% +a=b&c #1 ü",
  header: 'Zoe\'s "best"; a=b',
  cookie: "a1",
  body: 'line 1\nline "2" \\ é 漢 {{x}}',
  form: "a b&c=ü+%41",
};
const SECRET = "s3cr-et";

function isBinary(schema) {
  return schema?.type === "string" && (schema.format === "binary" || schema.format === "base64");
}

function parameterOf(place, { name, style, explode, schema, required }) {
  const wanted = merged(schema ?? {});
  if (place === "header" && NO_PARAMETER.has(name.toLowerCase())) return null;
  const value = sample(schema ?? {}, FREE_TEXT[place]);
  const unfit =
    value === undefined ||
    value === null ||
    (Array.isArray(value) && value.some((item) => item === null || typeof item === "object"));
  if (unfit && !required) return null;
  return {
    place,
    name,
    style: style ?? (place === "query" || place === "cookie" ? "form" : "simple"),
    explode: explode ?? false,
    value,
    schema: wanted,
  };
}

function contentOf(contents, index) {
  const known = contents.filter(({ mediaType }) => !/xml|yaml|codecs/.test(mediaType) && mediaType.includes("/"));
  return known.length ? known[index % known.length] : null;
}

function bodyKind(mediaType) {
  if (/[/+]json\b/.test(mediaType) || mediaType === "*/*") return "json";
  if (mediaType.startsWith("application/x-www-form-urlencoded")) return "form";
  if (mediaType.startsWith("multipart/")) return "multipart";
  return mediaType.startsWith("text/") || mediaType === "application/jwt" ? "raw" : "binary";
}

/** Members of a form: [{name, value, file}]. Nested ones are left out where they are not needed: a form has no one way for them. */
function formMembers(schema, value, kind) {
  const members = [];
  for (const [name, member] of Object.entries(value ?? {})) {
    const own = merged(merged(schema).properties?.[name] ?? {});
    const required = (merged(schema).required ?? []).includes(name);
    const nested = typeof member === "object" && member !== null;
    const listOfTexts = kind === "form" && Array.isArray(member) && member.every((item) => typeof item !== "object");
    if (member === null || (nested && !required && !listOfTexts)) continue;
    members.push({ name, value: member, file: isBinary(own) });
  }
  return members;
}

function bodyOf(requestBody, index) {
  const content = contentOf(requestBody?.contents ?? [], index);
  if (!content) return { kind: "none" };
  const kind = bodyKind(content.mediaType);
  const mediaType = content.mediaType.includes("*") ? "application/json" : content.mediaType;
  if (kind === "binary") return { kind, mediaType, bytes: "\u0000\u0001binary" };
  const value = sample(content.schema ?? {}, kind === "json" ? FREE_TEXT.body : FREE_TEXT.form);
  if (kind === "raw") return { kind, mediaType, value: typeof value === "string" ? value : "text" };
  if (kind === "json") return { kind, mediaType, value: value === undefined ? {} : value };
  const encodings = Object.fromEntries((content.encodings ?? []).map((encoding) => [encoding.property, encoding]));
  return { kind, mediaType, members: formMembers(content.schema ?? {}, value, kind), encodings };
}

/** One of the alternatives, the shortest: [{kind, place, name}]. */
function credentialsOf(security) {
  const alternatives = [...(security ?? [])].sort((a, b) => a.length - b.length);
  return (alternatives[0] ?? []).map((scheme) => {
    if (scheme.type === "apiKey") return { kind: "api_key", place: scheme.in, name: scheme.name };
    if (scheme.type === "http" && scheme.scheme === "basic") return { kind: "basic" };
    if (scheme.type === "http" && scheme.scheme !== "bearer")
      return { kind: "api_key", place: "header", name: "Authorization", prefix: `${scheme.scheme} ` };
    return { kind: "bearer" }; // OAuth 2.0 and OpenID Connect too: to the target it is a bearer token
  });
}

/** Is the parameter what carries a credential? Some descriptions list it twice. */
function carries(credential, { place, name }) {
  const field = credential.name ?? "Authorization";
  return place === (credential.place ?? "header") && name.toLowerCase() === field.toLowerCase();
}

/** `index` varies what can be varied: the media type of the body, how a query writes it. */
function valuesOf(operation, index) {
  const request = operation.request ?? {};
  const lists = { path: request.path, query: request.query, header: request.headers, cookie: request.cookie };
  const all = Object.entries(lists).flatMap(([place, list]) =>
    (list ?? []).map((parameter) => parameterOf(place, parameter)),
  );
  const credentials = credentialsOf(operation.security);
  const parameters = all.filter(
    (parameter) => parameter && !credentials.some((credential) => carries(credential, parameter)),
  );
  const method = operation.method.toUpperCase();
  return {
    method,
    path: operation.path,
    parameters,
    body: method === "GET" || method === "HEAD" ? { kind: "none" } : bodyOf(request.body, index),
    credentials,
    secret: SECRET,
  };
}

module.exports = { valuesOf, typeOf };
