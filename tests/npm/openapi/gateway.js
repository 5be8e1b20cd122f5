// The real binary in a directory of its own, on a port that the system picks, with its JSON API.
"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const readline = require("node:readline");

/** Resolves to the address of the log line "listening". */
function addressOf(child) {
  return new Promise((resolve, reject) => {
    const said = [];
    const lines = readline.createInterface({ input: child.stderr });
    lines.on("line", (line) => {
      said.push(line);
      let entry = {};
      try {
        entry = JSON.parse(line);
      } catch {
        // Not every line of --dev is JSON.
      }
      if (entry.msg === "listening" && entry.door === "main") resolve(`http://${entry.address}`);
    });
    child.once("error", reject); // not started at all: there is no exit then
    child.once("exit", (code) => reject(new Error(`the gateway ended with ${code}:\n${said.join("\n")}`)));
  });
}

/** {url, call, stop}; targets on loopback are allowed. `settings` are variables of the environment. */
async function startGateway(binary, settings = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sallyport-openapi-"));
  const data = path.join(folder, "data");
  const child = spawn(path.resolve(binary), ["serve", "--dev", "--listen", "127.0.0.1:0", "--data-dir", data], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env.PATH, SALLYPORT_LOG__FORMAT: "json", SALLYPORT_LOG__ACCESS: "false", ...settings },
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  process.once("exit", () => child.kill("SIGKILL"));
  const url = await addressOf(child);
  const authorization = `Bearer ${fs.readFileSync(path.join(data, "admin.key"), "utf8").trim()}`;

  /** {status, body}; `body` is an object (sent as JSON) or a FormData, `fields` are more header fields. */
  async function call(method, target, body, fields = {}) {
    const headers = { Authorization: authorization, ...fields };
    const isForm = body instanceof FormData;
    if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
    const answer = await fetch(url + target, {
      method,
      headers,
      body: isForm || body === undefined ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null };
  }

  async function stop() {
    child.kill("SIGTERM");
    await ended;
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return { url, call, stop };
}

module.exports = { startGateway };
