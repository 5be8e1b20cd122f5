// An admin panel, at panel.test: pages with the code of docs/oauth.md, and a server that holds the API key. Under the
// name attacker.test the same server is a site that nobody listed.
//
// /GATEWAY/USER/session/   a page that calls the gateway itself, with a session of the user
// /GATEWAY/USER/server/    one whose server calls for the user, with its API key
// /foreign.html?link=...   a page that means no good with a link
"use strict";

const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { docsCode } = require("./docs_code");

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".json": "application/json" };
const CODE = docsCode();

async function readJson(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces));
}

function readPanelFile(name) {
  const text = fs.readFileSync(path.join(__dirname, "panel", path.basename(name)), "utf8");
  return text.replace("<!-- modal -->\n", () => CODE["modal.html"]);
}

class Panel {
  #server = http.createServer((request, response) => this.#answer(request, response));
  #gateways = {};

  static async start() {
    const panel = new Panel();
    await new Promise((resolve) => panel.#server.listen(0, "127.0.0.1", resolve));
    const { port } = panel.#server.address();
    panel.origin = `http://panel.test:${port}`;
    panel.attacker = `http://attacker.test:${port}`;
    return panel;
  }

  /** {NAME: Gateway}, for the first part of a page's path. */
  serve(gateways) {
    this.#gateways = gateways;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, this.origin);
    try {
      const isCall = pathname === "/session" || pathname === "/call";
      const content = isCall ? await this.#callOf(request, pathname) : this.#file(pathname);
      response.writeHead(200, { "Content-Type": content.type, "Cache-Control": "no-store" }).end(content.body);
    } catch (error) {
      response.writeHead(500, { "Content-Type": "text/plain" }).end(String(error.stack));
    }
  }

  #file(pathname) {
    const [, name, , via] = pathname.split("/");
    const file = path.basename(pathname.replace(/\/$/, "/index.html"));
    const type = TYPES[path.extname(file)];
    if (file === "gateway.js" && via === "server") return { type, body: readPanelFile("gateway_by_server.js") };
    const code = CODE[file]?.replace("https://gateway.example", this.#gateways[name].url);
    return { type, body: code ?? readPanelFile(file) };
  }

  /** What the page's own server does for it. */
  async #callOf(request, pathname) {
    const [, name, user] = new URL(request.headers.referer).pathname.split("/");
    const gateway = this.#gateways[name];
    if (pathname === "/session") return this.#json(await gateway.makeSession(user));
    const { method, path: target, body } = await readJson(request);
    const withOrigin = target.endsWith("/login") ? { origin: this.origin, ...body } : body;
    return this.#json(await gateway.call(method, target, withOrigin, { "Sallyport-User": user }));
  }

  #json(value) {
    return { type: TYPES[".json"], body: JSON.stringify(value) };
  }
}

module.exports = { Panel };
