// The lists beside this file. No package is needed to read them: keep_descriptions.js does so right after the installation.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

function listOf(file) {
  const lines = fs.readFileSync(path.join(__dirname, file), "utf8").split("\n");
  return lines.map((line) => line.replace(/#.*/, "").trim()).filter((line) => line);
}

/** Names of apis.txt. */
const apis = () => listOf("apis.txt");
/** Lines "api METHOD /path" of excluded.txt; the reason stands behind "#". */
const excluded = () => new Set(listOf("excluded.txt"));

module.exports = { apis, excluded };
