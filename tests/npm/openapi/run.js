#!/usr/bin/env node
// Operations of real APIs as saved queries: for each description of apis.txt prism stands in for the API, resources and queries are
// made from the operations, run with typed inputs, and prism must have nothing against the requests. What prism read must also
// be what it reads from the same request written by hand.
//
//     node run.js SALLYPORT_BINARY [API]
//     node run.js --direct [API]      only the requests written by hand; what prism refuses here belongs into excluded.txt
"use strict";

const { isDeepStrictEqual } = require("node:util");
const { apis, excluded } = require("./apis");
const { differences } = require("./compare");
const { load } = require("./descriptions");
const { directRequest } = require("./direct_request");
const { startGateway } = require("./gateway");
const { valuesOf } = require("./operation_values");
const { startPrism, violations } = require("./prism");
const { savedQuery } = require("./saved_query");

const OPERATIONS_PER_API = 5;
const LEAST_APIS = 50;
const LEAST_OPERATIONS = 200;

/** What prism says against the request written by hand. */
async function sendByHand(values, prism) {
  const { url, ...options } = directRequest(values, prism.url);
  const answer = await fetch(url, { ...options, redirect: "manual" });
  return violations(answer.status, Object.fromEntries(answer.headers), await answer.text());
}

/** Saves what the gateway must know; a resource is made anew only where an operation wants other credentials. */
class Target {
  constructor(gateway, api, prismUrl) {
    this.gateway = gateway;
    this.prefix = api.replace(/[^a-z0-9]+/gi, "-").toLowerCase();
    this.url = prismUrl;
    this.resources = [];
  }

  async #resource(wanted) {
    const known = this.resources.find((resource) => isDeepStrictEqual(resource.wanted, wanted));
    if (known) return known.slug;
    const slug = `${this.prefix}-${this.resources.length}`;
    const saved = await this.gateway.call("POST", "/api/v1/resources", {
      slug,
      name: slug,
      base_url: this.url,
      ...wanted,
    });
    if (saved.status !== 201) throw new Error(`resource not saved: ${JSON.stringify(saved.body)}`);
    this.resources.push({ slug, wanted });
    return slug;
  }

  /** The path of the saved query. */
  async save({ resource, query }) {
    const queries = `/api/v1/resources/${await this.#resource(resource)}/queries`;
    const saved = await this.gateway.call("POST", queries, query);
    if (saved.status !== 201)
      throw new Error(`query not saved: ${JSON.stringify(saved.body)}\n${JSON.stringify(query)}`);
    return `${queries}/${query.slug}`;
  }
}

const isScalar = (value) => typeof value !== "object";
/** Can the params be written into a query string? A text that is empty, or a list with less than one item, is none there. */
const fitsQueryString = (params) =>
  Object.values(params).every(
    (value) =>
      isScalar(value) || (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string")),
  );

/** Runs by what fits: a query string for safe methods, multipart or data URLs for files, JSON for the rest. */
async function runQuery(gateway, path, { query, params, files }, index) {
  const names = Object.keys(files);
  if (query.method === "GET" && index % 2 && fitsQueryString(params)) {
    const search = new URLSearchParams(
      Object.entries(params).flatMap(([name, value]) => [value].flat().map((item) => [name, String(item)])),
    );
    return gateway.call("GET", `${path}/run?${search}`);
  }
  if (names.length && index % 2) {
    const form = new FormData();
    form.append("params", new Blob([JSON.stringify(params)], { type: "application/json" }));
    for (const name of names)
      form.append(name, new Blob([files[name].bytes], { type: files[name].type }), files[name].filename);
    return gateway.call("POST", `${path}/run`, form);
  }
  const dataUrl = ({ bytes, filename, type }) =>
    `data:${type};name=${encodeURIComponent(filename)};base64,${Buffer.from(bytes).toString("base64")}`;
  const held = Object.fromEntries(names.map((name) => [name, dataUrl(files[name])]));
  return gateway.call("POST", `${path}/run`, { params: { ...params, ...held } });
}

/** What is wrong with one operation; [] when nothing is. `target` null: only the request written by hand is sent. */
async function tryOperation(operation, index, prism, target) {
  const values = valuesOf(operation, index);
  const refused = await sendByHand(values, prism);
  if (refused.length) return refused.map((text) => `written by hand: ${text}`);
  const byHand = prism.takeRequest();
  if (!target) return [];

  const saved = savedQuery(values, index);
  const path = await target.save(saved);
  const answer = await runQuery(target.gateway, path, saved, index);
  const byGateway = prism.takeRequest();
  if (answer.status !== 200) return [`run answered ${answer.status}: ${JSON.stringify(answer.body)}`];
  const { status, headers, body } = answer.body;
  const against = violations(status, Object.fromEntries(headers), JSON.stringify(body));
  return [...against, ...(byGateway ? differences(byHand, byGateway) : ["nothing arrived at the target"])];
}

async function tryApi(api, gateway, problems) {
  const operations = await load(api, OPERATIONS_PER_API, excluded());
  const prism = await startPrism(operations);
  const target = gateway && new Target(gateway, api, prism.url);
  for (const [index, operation] of operations.entries()) {
    const found = await tryOperation(operation, index, prism, target).catch((error) => [error.stack]);
    problems.push(...found.map((text) => `${api} ${operation.method.toUpperCase()} ${operation.path}: ${text}`));
  }
  await prism.close();
  return operations.length;
}

async function main([binary, only]) {
  const gateway = binary === "--direct" ? null : await startGateway(binary);
  const problems = [];
  const chosen = apis().filter((api) => !only || api === only);
  let operations = 0;
  for (const api of chosen) operations += await tryApi(api, gateway, problems);
  await gateway?.stop();
  if (!only && (chosen.length < LEAST_APIS || operations < LEAST_OPERATIONS))
    problems.push("too few descriptions or operations to say anything");
  for (const problem of problems) console.log(problem);
  console.log(`openapi: ${operations} operations of ${chosen.length} APIs, ${problems.length} problems`);
  return problems.length ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
