// The request as a client would write it by hand, with what Node.js has for that and nothing of the gateway: the oracle.
"use strict";

/** [[name, value]] of one query parameter (or member of a form) by its style. */
function pairsOf({ name, style, explode, value }) {
  const delimiters = { form: ",", spaceDelimited: " ", pipeDelimited: "|" };
  if (Array.isArray(value)) {
    const items = value.map((item) => (typeof item === "object" ? JSON.stringify(item) : String(item)));
    return explode || style === "deepObject"
      ? items.map((item) => [name, item])
      : [[name, items.join(delimiters[style] ?? ",")]];
  }
  if (typeof value !== "object") return [[name, String(value)]];
  const members = Object.entries(value).map(([key, member]) => [
    key,
    typeof member === "object" ? JSON.stringify(member) : String(member),
  ]);
  if (style === "deepObject") return members.map(([key, member]) => [`${name}[${key}]`, member]);
  return explode ? members : [[name, members.flat().join(",")]];
}

const textOf = (value) =>
  Array.isArray(value) ? value.join(",") : typeof value === "object" ? JSON.stringify(value) : String(value);

function bodyOf(body) {
  switch (body.kind) {
    case "json":
      return { type: body.mediaType, bytes: JSON.stringify(body.value) };
    case "raw":
      return { type: body.mediaType, bytes: body.value };
    case "binary":
      return { type: body.mediaType, bytes: body.bytes };
    case "form": {
      const pairs = body.members.flatMap(({ name, value }) =>
        pairsOf({ name, value, style: "form", explode: true, ...styleOf(body, name) }),
      );
      return { type: body.mediaType, bytes: new URLSearchParams(pairs).toString() };
    }
    case "multipart": {
      const form = new FormData();
      for (const { name, value, file } of body.members) {
        if (file) form.append(name, new Blob([String(value)], { type: "application/octet-stream" }), `${name}.bin`);
        else form.append(name, textOf(value));
      }
      return { form };
    }
    default:
      return {};
  }
}

function styleOf(body, name) {
  const { style, explode } = body.encodings?.[name] ?? {};
  return style ? { style, explode: explode ?? style === "form" } : {};
}

/** For fetch: {method, url, headers, body}. */
function directRequest(values, base) {
  const inPlace = (place) => values.parameters.filter((parameter) => parameter.place === place);
  let path = values.path;
  for (const { name, value } of inPlace("path"))
    path = path
      .split(`{${name}}`)
      .join((Array.isArray(value) ? value : [value]).map((item) => encodeURIComponent(String(item))).join(","));
  const query = new URLSearchParams(inPlace("query").flatMap(pairsOf));
  const headers = new Headers();
  const cookies = inPlace("cookie").map(({ name, value }) => `${name}=${textOf(value)}`);
  for (const { name, value } of inPlace("header")) headers.set(name, Buffer.from(textOf(value)).toString("latin1"));
  for (const credential of values.credentials) {
    if (credential.kind === "basic") headers.set("Authorization", `Basic ${btoa(`user:${values.secret}`)}`);
    else if (credential.kind === "bearer") headers.set("Authorization", `Bearer ${values.secret}`);
    else if (credential.place === "query") query.append(credential.name, values.secret);
    else if (credential.place === "cookie") cookies.push(`${credential.name}=${values.secret}`);
    else headers.set(credential.name, (credential.prefix ?? "") + values.secret);
  }
  if (cookies.length) headers.set("Cookie", cookies.join("; "));
  const body = bodyOf(values.body);
  if (body.type) headers.set("Content-Type", body.type);
  const search = query.toString();
  return {
    method: values.method,
    url: base + path + (search ? `?${search}` : ""),
    headers,
    body: body.form ?? body.bytes,
  };
}

module.exports = { directRequest, styleOf };
