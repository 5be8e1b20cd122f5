// What scripts/bench tells every peer: where to listen, where the targets are, what to add.
'use strict';

const fs = require('node:fs');

const [port, httpPort, httpsPort, certificate, token] = process.argv.slice(2);

module.exports = {
  port: Number(port),
  targets: { http: `http://127.0.0.1:${httpPort}`, https: `https://127.0.0.1:${httpsPort}` },
  ca: fs.readFileSync(certificate),
  fields: { authorization: `Bearer ${token}`, 'x-bench': '1' },
};
