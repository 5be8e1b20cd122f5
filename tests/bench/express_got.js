// As low-code tools forward: the whole answer is fetched and then sent.
'use strict';

const http = require('node:http');
const https = require('node:https');
const express = require('express');
const got = require('got');
const settings = require('./settings');

const agent = {
  http: new http.Agent({ keepAlive: true }),
  https: new https.Agent({ keepAlive: true }),
};

const app = express();
app.get('/proxy/:kind/*', async (request, response) => {
  const answer = await got(`${settings.targets[request.params.kind]}/${request.params[0]}`, {
    agent,
    headers: settings.fields,
    https: { certificateAuthority: settings.ca },
    responseType: 'buffer',
    retry: 0,
    throwHttpErrors: false,
  });
  response.status(answer.statusCode).set('Content-Type', answer.headers['content-type']).send(answer.body);
});
app.listen(settings.port, '127.0.0.1');
