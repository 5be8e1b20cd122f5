// The code that docs/oauth.md shows is the code that is tested.
//
// A block of it has a mark before it: <!-- test: browser NAME -->
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const PAGE = path.join(__dirname, "../../docs/oauth.md");
const BLOCK = /(?:^<!-- test: browser (\S+) -->\n)?^```(?:js|html)\n(.*?)^```$/gms;

/** {NAME: text} of every block of JavaScript and HTML. */
function docsCode() {
  const blocks = {};
  for (const [whole, name, text] of fs.readFileSync(PAGE, "utf8").matchAll(BLOCK)) {
    if (!name) throw new Error(`${PAGE}: code that no test runs, it needs a mark:\n${whole}`);
    blocks[name] = text;
  }
  return blocks;
}

module.exports = { docsCode };
