'use strict';

const fastify = require('fastify')();
const httpProxy = require('@fastify/http-proxy');
const settings = require('./settings');

for (const kind of ['http', 'https']) {
  fastify.register(httpProxy, {
    upstream: settings.targets[kind],
    prefix: `/proxy/${kind}`,
    undici: { connect: { ca: settings.ca } },
    replyOptions: { rewriteRequestHeaders: (request, headers) => ({ ...headers, ...settings.fields }) },
  });
}
fastify.listen({ port: settings.port, host: '127.0.0.1' });
