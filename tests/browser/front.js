// The reverse proxy before a gateway: ends TLS or not, and notes what browsers send.
"use strict";

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const https = require("node:https");
const os = require("node:os");
const path = require("node:path");

function makeCertificate(host) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sallyport-browser-"));
  const [key, cert] = ["key.pem", "cert.pem"].map((name) => path.join(folder, name));
  const options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", `/CN=${host}`];
  execFileSync("openssl", ["req", "-x509", ...options, "-keyout", key, "-out", cert, "-days", "1"], { stdio: "ignore" });
  const pair = { key: fs.readFileSync(key), cert: fs.readFileSync(cert) };
  fs.rmSync(folder, { recursive: true });
  return pair;
}

const LATE_MS = 500;

class Front {
  /** [{method, path, headers}], oldest first. */
  seen = [];
  #treat = () => ({});
  #server;
  #target;

  /** scheme: "http" or "https". Resolves to a front that listens; forwardTo() opens it. */
  static async start(scheme, host) {
    const front = new Front();
    const handler = (request, response) => front.#forward(request, response);
    front.#server = scheme === "https" ? https.createServer(makeCertificate(host), handler) : http.createServer(handler);
    await new Promise((resolve) => front.#server.listen(0, "127.0.0.1", resolve));
    front.url = `${scheme}://${host}:${front.#server.address().port}`;
    return front;
  }

  forwardTo(target) {
    this.#target = target;
  }

  /** Those of seen with this method and start of the path. */
  requests(method, pathStart) {
    return this.seen.filter((one) => one.method === method && one.path.startsWith(pathStart));
  }

  /** What can go wrong between, until the end of test `t`. `treat` is given one of seen: {drop: true} passes it on to
   *  nobody, {late: true} answers it later, {fields: [name, value]} adds to its answer. */
  treatDuring(t, treat) {
    this.#treat = treat;
    t.after(() => (this.#treat = () => ({})));
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #forward(request, response) {
    const { method, url, headers, rawHeaders } = request;
    const noted = { method, path: url, headers };
    this.seen.push(noted);
    const { drop, late, fields = [] } = this.#treat(noted);
    if (drop) return response.destroy();
    const forwarded = http.request(this.#target + url, { method, headers: rawHeaders }, (answer) => {
      const passOn = () => {
        response.writeHead(answer.statusCode, [...answer.rawHeaders, ...fields]);
        answer.pipe(response);
      };
      setTimeout(passOn, late ? LATE_MS : 0);
    });
    forwarded.on("error", () => response.destroy());
    request.pipe(forwarded);
  }
}

module.exports = { Front };
