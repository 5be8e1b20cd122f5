'use strict';

const http = require('node:http');
const https = require('node:https');
const httpProxy = require('http-proxy');
const settings = require('./settings');

const proxy = httpProxy.createProxyServer({ headers: settings.fields });
const agents = {
  http: new http.Agent({ keepAlive: true }),
  https: new https.Agent({ keepAlive: true, ca: settings.ca }),
};

http.createServer((request, response) => {
  const [, , kind] = request.url.split('/', 3); // /proxy/<kind>/...
  request.url = request.url.slice(`/proxy/${kind}`.length);
  proxy.web(request, response, { target: settings.targets[kind], agent: agents[kind] }, () => response.destroy());
}).listen(settings.port, '127.0.0.1');
