// Writes what llhttp, as Node.js embeds it, makes of each case into requests.json and responses.json:
//
//   node tests/corpora/http/llhttp_verdicts.js
//
// A verdict is the messages that were read, METHOD TARGET "body" or STATUS "body", and how it ended if not well.
'use strict';
const fs = require('fs');
const path = require('path');
// The parser itself, without the rules that Node's server puts on top of it.
const { HTTPParser } = process.binding('http_parser');

function parserOf(kind, methods, verdict) {
  const parser = new HTTPParser();
  parser.initialize(kind, {});
  let message = null;
  // Long heads come in pieces; the target is in the first of them.
  let early = '';
  parser[HTTPParser.kOnMessageBegin | 0] = () => {
    early = '';
  };
  parser[HTTPParser.kOnHeaders | 0] = (headers, url) => {
    early += url;
  };
  parser[HTTPParser.kOnHeadersComplete | 0] = (major, minor, headers, method, url, status, reason, upgrade) => {
    const start = kind === HTTPParser.REQUEST ? `${methods[method]} ${url ?? early}` : String(status);
    message = { start, body: '' };
    if (upgrade) verdict.upgrade = true;
    return upgrade ? 2 : 0;
  };
  parser[HTTPParser.kOnBody | 0] = (chunk) => {
    message.body += chunk.toString('latin1');
  };
  parser[HTTPParser.kOnMessageComplete | 0] = () => {
    verdict.messages.push(`${message.start} ${JSON.stringify(message.body)}`);
    message = null;
  };
  return parser;
}

function judge(kind, methods, text) {
  const verdict = { messages: [], upgrade: false };
  const parser = parserOf(kind, methods, verdict);
  const bytes = Buffer.from(text, 'latin1');
  let outcome = bytes.length > 0 ? parser.execute(bytes) : 0;
  if (!(outcome instanceof Error) && !verdict.upgrade) {
    const whole = verdict.messages.length;
    const finished = parser.finish();
    if (finished instanceof Error) outcome = finished;
    else if (verdict.messages.length === whole && whole === 0) verdict.messages.push('nothing');
  }
  const end = outcome instanceof Error ? [outcome.code] : verdict.upgrade ? ['upgrade'] : [];
  return [...verdict.messages, ...end].join('; ');
}

const { methods, allMethods } = process.binding('http_parser');
for (const [name, kind] of [['requests', HTTPParser.REQUEST], ['responses', HTTPParser.RESPONSE]]) {
  const file = path.join(__dirname, `${name}.json`);
  const corpus = JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const item of corpus.cases) item.llhttp = judge(kind, allMethods || methods, item.bytes);
  const { cases, ...rest } = corpus;
  rest.llhttp = process.versions.llhttp;
  const members = Object.entries(rest).map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  const lines = cases.map((item) => JSON.stringify(item)).join(',\n');
  fs.writeFileSync(file, `{\n${members.join('')}"cases": [\n${lines}\n]}\n`);
}
