// Values that a JSON schema accepts, the same ones every time. Free text is chosen to be awkward: blanks, separators of URLs,
// quotes and letters beyond ASCII, so that a value which is not encoded, or encoded twice, does not pass.
"use strict";

const Ajv = require("ajv");
const addFormats = require("ajv-formats");
const RandExp = require("randexp");

const ajv = new Ajv({ strict: false, allErrors: false, logger: false });
addFormats(ajv);

const MAX_DEPTH = 5;
const OPTIONAL_MEMBERS = 4;

const FORMATS = {
  "date-time": "2024-02-29T13:05:00Z",
  date: "2024-02-29",
  time: "13:05:00Z",
  email: "zoe@example.com",
  hostname: "api.example.com",
  ipv4: "192.0.2.7",
  ipv6: "2001:db8::7",
  uri: "https://example.com/a?b=1&c=%20d",
  url: "https://example.com/a?b=1&c=%20d",
  "uri-reference": "/a?b=1",
  uuid: "123e4567-e89b-42d3-a456-426614174000",
  byte: "U2FsbHlwb3J0",
  duration: "P1D",
  regex: "^a",
  "json-pointer": "/a",
};

/** Does `schema` accept `value`? A schema that cannot be compiled accepts everything: prism says more about it. */
function accepts(schema, value) {
  try {
    return ajv.compile(schema)(value) === true;
  } catch {
    return true;
  }
}

function sampleOfPattern(schema) {
  const expression = new RandExp(schema.pattern);
  expression.max = Math.max(schema.minLength ?? 0, 3);
  expression.randInt = (from, to) => Math.floor((from + to) / 2);
  return expression.gen();
}

function sampleString(schema, text) {
  if (schema.pattern) return sampleOfPattern(schema);
  if (schema.format && FORMATS[schema.format] !== undefined) return FORMATS[schema.format];
  let value = text;
  while (value.length < (schema.minLength ?? 0)) value += "abcdefgh";
  const most = schema.maxLength ?? value.length;
  // Not through the middle of a pair of surrogates; there is none in `text`.
  return value.length > most
    ? value
        .slice(0, most)
        .trim()
        .padEnd(schema.minLength ?? 0, "x")
    : value;
}

function sampleNumber(schema, whole) {
  const step = schema.multipleOf ?? (whole ? 1 : 0.5);
  const above = (limit, exclusive) => (exclusive === true ? limit + step : limit);
  let low = schema.minimum !== undefined ? above(schema.minimum, schema.exclusiveMinimum) : undefined;
  if (typeof schema.exclusiveMinimum === "number") low = schema.exclusiveMinimum + step;
  let high = schema.maximum;
  if (high !== undefined && schema.exclusiveMaximum === true) high -= step;
  if (typeof schema.exclusiveMaximum === "number") high = schema.exclusiveMaximum - step;
  let value = whole ? 7 : 7.5;
  if (low !== undefined && value < low) value = low;
  if (high !== undefined && value > high) value = high;
  return schema.multipleOf ? Math.ceil(value / step) * step : value;
}

function sampleObject(schema, text, depth) {
  const result = {};
  const required = new Set(schema.required ?? []);
  let optional = 0;
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    if (member.readOnly) continue;
    const wanted = required.has(name) || (depth < 2 && !member.deprecated && optional++ < OPTIONAL_MEMBERS);
    if (!wanted) continue;
    const value = sample(member, text, depth + 1);
    if (value !== undefined && (required.has(name) || accepts(member, value))) result[name] = value;
  }
  for (const name of required) {
    if (!(name in result) && !schema.properties?.[name]?.readOnly) {
      result[name] = sample(schema.properties?.[name] ?? schema.additionalProperties ?? {}, text, depth + 1) ?? text;
    }
  }
  return result;
}

function sampleArray(schema, text, depth) {
  const items = Array.isArray(schema.items) ? schema.items[0] : (schema.items ?? {});
  const count = Math.min(Math.max(schema.minItems ?? 0, depth < 2 ? 2 : 1), schema.maxItems ?? Infinity);
  const result = [];
  for (let i = 0; i < count; ++i) {
    const choices = items.enum;
    const value = choices ? choices[i % choices.length] : sample(items, text + (i || ""), depth + 1);
    if (value === undefined) continue;
    if (schema.uniqueItems && result.some((other) => JSON.stringify(other) === JSON.stringify(value))) continue;
    result.push(value);
  }
  return result;
}

/** The branches of allOf as one schema, as far as a sample needs it. */
function merged(schema) {
  if (!schema.allOf) return schema;
  const { allOf, ...own } = schema;
  const result = { ...own, properties: { ...own.properties }, required: [...(own.required ?? [])] };
  for (const branch of allOf.map(merged)) {
    for (const [key, value] of Object.entries(branch)) {
      if (key === "properties") Object.assign(result.properties, value);
      else if (key === "required") result.required.push(...value);
      else if (result[key] === undefined) result[key] = value;
    }
  }
  if (!Object.keys(result.properties).length) delete result.properties;
  if (!result.required.length) delete result.required;
  return result;
}

function typeOf(schema) {
  const type = Array.isArray(schema.type) ? schema.type.find((name) => name !== "null") : schema.type;
  if (type) return type;
  if (schema.properties || schema.additionalProperties) return "object";
  return schema.items ? "array" : "string";
}

function sampleByType(schema, text, depth) {
  switch (typeOf(schema)) {
    case "object":
      return sampleObject(schema, text, depth);
    case "array":
      return sampleArray(schema, text, depth);
    case "integer":
      return sampleNumber(schema, true);
    case "number":
      return sampleNumber(schema, false);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return sampleString(schema, text);
  }
}

function givenValues(schema) {
  const examples = Array.isArray(schema.examples) ? schema.examples : [];
  return [schema.const, schema.default, schema.example, ...examples, ...(schema.enum ?? [])].filter(
    (value) => value !== undefined && value !== null,
  );
}

/** A value for `schema`; undefined where it refers to itself too deeply. `text` is what free text holds. */
function sample(schema, text, depth = 0) {
  if (schema === undefined || schema === true) return text;
  if (depth > MAX_DEPTH || schema.$ref) return undefined;
  const flat = merged(schema);
  if (flat.const !== undefined) return flat.const;
  const choice = (flat.enum ?? []).find((value) => value !== null);
  if (choice !== undefined) return choice;

  const candidates = [];
  for (const branch of flat.oneOf ?? flat.anyOf ?? []) {
    const { oneOf, anyOf, ...own } = flat;
    const value = sample(merged({ allOf: [own, branch] }), text, depth + 1);
    if (value !== undefined) candidates.push(value);
  }
  if (!candidates.length) candidates.push(sampleByType(flat, text, depth));
  candidates.push(...givenValues(flat));
  const plain = sampleByType(flat, "plain", depth);
  return [...candidates, plain].find((value) => value !== undefined && accepts(schema, value)) ?? candidates[0];
}

module.exports = { sample, typeOf, merged };
