// The same request as a saved query: parameters become placeholders, styles become rows and array_style, values become inputs.
"use strict";

const { styleOf } = require("./direct_request");

const inputType = (value) => {
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
};

/** Collects inputs: put(name, value) gives the placeholder's name, with params. in front. */
class Inputs {
  constructor() {
    this.declared = [];
    this.params = {};
    this.files = {};
  }
  name(wanted) {
    const base = wanted.replace(/[^A-Za-z0-9_-]/g, "_") || "value";
    let name = base;
    for (let n = 2; this.declared.some((input) => input.name === name); ++n) name = `${base}_${n}`;
    return name;
  }
  put(wanted, value) {
    const name = this.name(wanted);
    this.declared.push({ name, type: inputType(value), required: true });
    this.params[name] = value;
    return `params.${name}`;
  }
  file(wanted, bytes, filename, type) {
    const name = this.name(wanted);
    this.declared.push({ name, type: "file", required: true });
    this.files[name] = { bytes, filename, type };
    return `params.${name}`;
  }
}

const place = (name) => `{{ ${name} }}`;
/** "{{ x.0 }},{{ x.1 }}" */
const joined = (name, value, by) => value.map((_, at) => place(`${name}.${at}`)).join(by);

/** How a query that has one array_style writes this array. */
function arrayStyleOf({ name, style, explode }) {
  if (style === "spaceDelimited" || style === "pipeDelimited") return explode ? "repeat" : style;
  if (explode || style === "deepObject") return name.endsWith("[]") ? "brackets" : "repeat";
  return "comma";
}

function rowsOf(parameter, inputs, arrayStyle) {
  const { name, style, explode, value } = parameter;
  const input = inputs.put(name, value);
  if (Array.isArray(value)) {
    const own = arrayStyleOf(parameter);
    if (own === arrayStyle) return [{ name: own === "brackets" ? name.slice(0, -2) : name, value: place(input) }];
    if (own === "repeat" || own === "brackets") return value.map((_, at) => ({ name, value: place(`${input}.${at}`) }));
    return [{ name, value: joined(input, value, { comma: ",", spaceDelimited: " ", pipeDelimited: "|" }[own]) }];
  }
  if (typeof value !== "object") return [{ name, value: place(input) }];
  const members = Object.keys(value);
  // A member of another object cannot be named in a placeholder when it is no name: it is an input then.
  const placeOf = (key) => place(/^[A-Za-z0-9_-]+$/.test(key) ? `${input}.${key}` : inputs.put(key, value[key]));
  if (style === "deepObject") return members.map((key) => ({ name: `${name}[${key}]`, value: placeOf(key) }));
  if (explode) return members.map((key) => ({ name: key, value: placeOf(key) }));
  return [{ name, value: members.map((key) => `${key},${placeOf(key)}`).join(",") }];
}

/** A JSON value with its first level as placeholders. `quote`: how a placeholder of that value stands in the tree or text. */
function jsonBody(value, inputs, asText) {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject) return asText ? place(inputs.put("body", value)) : `{{ ${inputs.put("body", value)} }}`;
  const members = Object.entries(value).map(([name, member]) => {
    if (member === null) return [name, null, "null"];
    const text = place(inputs.put(name, member));
    return [name, text, typeof member === "string" ? `"${text}"` : text];
  });
  if (!asText) return Object.fromEntries(members.map(([name, text]) => [name, text]));
  return `{ ${members.map(([name, , text]) => `${JSON.stringify(name)}: ${text}`).join(",\n  ")} }`;
}

function bodyOf(body, inputs, index) {
  switch (body.kind) {
    case "json":
      return index % 2
        ? { type: "json", text: jsonBody(body.value, inputs, true) }
        : { type: "json", value: jsonBody(body.value, inputs, false) };
    case "raw":
      return { type: "raw", text: place(inputs.put("text", body.value)), content_type: body.mediaType };
    case "binary":
      return {
        type: "binary",
        param: inputs.file("content", body.bytes, "content.bin", body.mediaType).replace("params.", ""),
        content_type: body.mediaType,
      };
    case "form": {
      const styled = (member) => ({ style: "form", explode: true, ...member, ...styleOf(body, member.name) });
      return { type: "form", fields: body.members.flatMap((member) => rowsOf(styled(member), inputs, "repeat")) };
    }
    case "multipart":
      return { type: "multipart", fields: body.members.map((member) => fieldOf(member, inputs)) };
    default:
      return { type: "none" };
  }
}

function fieldOf({ name, value, file }, inputs) {
  if (file)
    return {
      name,
      kind: "file",
      value: place(inputs.file(name, String(value), `${name}.bin`, "application/octet-stream")),
    };
  if (Array.isArray(value)) return { name, kind: "text", value: joined(inputs.put(name, value), value, ",") };
  return { name, kind: typeof value === "object" ? "json" : "text", value: place(inputs.put(name, value)) };
}

/** What the resource holds for these credentials: the first is its auth, others are secret rows. */
function resourceOf(credentials, secret) {
  const resource = { auth: { type: "none" }, params: [], headers: [], cookies: [] };
  credentials.forEach((credential, at) => {
    const row = { name: credential.name ?? "Authorization", value: (credential.prefix ?? "") + secret, secret: true };
    if (at > 0) {
      const rows = { query: "params", cookie: "cookies" }[credential.place] ?? "headers";
      const values = { basic: `Basic ${btoa(`user:${secret}`)}`, bearer: `Bearer ${secret}` };
      resource[rows].push({ ...row, value: values[credential.kind] ?? row.value });
    } else if (credential.kind === "basic") {
      resource.auth = { type: "basic", username: "user", password: secret };
    } else if (credential.kind === "bearer") {
      resource.auth = { type: "bearer", token: secret };
    } else {
      resource.auth = {
        type: "api_key",
        send_as: credential.place,
        name: credential.name,
        value: secret,
        prefix: credential.prefix ?? "",
      };
    }
  });
  return resource;
}

/** {resource, query, params, files}; `index` as for valuesOf. */
function savedQuery(values, index) {
  const inputs = new Inputs();
  const inPlace = (where) => values.parameters.filter((parameter) => parameter.place === where);
  let path = values.path;
  for (const { name, value } of inPlace("path")) {
    const input = inputs.put(name, value);
    path = path.split(`{${name}}`).join(Array.isArray(value) ? joined(input, value, ",") : place(input));
  }
  const firstArray = inPlace("query").find(({ value }) => Array.isArray(value));
  const wanted = firstArray ? arrayStyleOf(firstArray) : "repeat";
  const arrayStyle = ["repeat", "brackets", "comma"].includes(wanted) ? wanted : "repeat";
  const plain = ({ name, value }) => ({
    name,
    value: Array.isArray(value) ? joined(inputs.put(name, value), value, ",") : place(inputs.put(name, value)),
    secret: false,
  });
  const query = {
    slug: `op-${index}`,
    method: values.method,
    path,
    params: inPlace("query").flatMap((parameter) => rowsOf(parameter, inputs, arrayStyle)),
    headers: inPlace("header").map(plain),
    cookies: inPlace("cookie").map(plain),
    body: bodyOf(values.body, inputs, index),
    array_style: arrayStyle,
  };
  const overridden = { json: "application/json", form: "application/x-www-form-urlencoded" }[values.body.kind];
  if (overridden && values.body.mediaType !== overridden)
    query.headers.push({ name: "Content-Type", value: values.body.mediaType });
  query.inputs = inputs.declared;
  return { resource: resourceOf(values.credentials, values.secret), query, params: inputs.params, files: inputs.files };
}

module.exports = { savedQuery };
