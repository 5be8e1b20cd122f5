// Writes what the URL standard, as Node.js implements it, makes of each URL into hosts.json:
//
//   node tests/corpora/url/whatwg_verdicts.js
//
// A verdict is "scheme host port", or "refused".
'use strict';
const fs = require('fs');
const path = require('path');

const ports = { 'http:': '80', 'https:': '443' };

function judge(text) {
  let url;
  try {
    url = new URL(text);
  } catch {
    return 'refused';
  }
  return [url.protocol.slice(0, -1), url.hostname || '-', url.port || ports[url.protocol] || '-'].join(' ');
}

const file = path.join(__dirname, 'hosts.json');
const corpus = JSON.parse(fs.readFileSync(file, 'utf8'));
for (const item of corpus.cases) item.whatwg = judge(item.url);
const lines = corpus.cases.map((item) => JSON.stringify(item));
fs.writeFileSync(file, `{\n"implementation": "Ada ${process.versions.ada}",\n"cases": [\n${lines.join(',\n')}\n]}\n`);
