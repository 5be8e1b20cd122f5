// prism in front of some operations: answers by the description, says what a request has wrong, and tells what it read.
"use strict";

const { createServer } = require("@stoplight/prism-http-server");
const { validateInput } = require("@stoplight/prism-http/dist/validator");

const silent = {
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  fatal() {},
  success() {},
  child: () => silent,
};

/** {url, takeRequest(), close()} on a free port of loopback. */
async function startPrism(operations) {
  let last = null;
  const server = createServer(operations, {
    cors: false,
    components: {
      logger: silent,
      validateInput: (input) => {
        last = input.element;
        return validateInput(input);
      },
    },
    config: {
      isProxy: false,
      checkSecurity: true,
      validateRequest: true,
      validateResponse: false,
      errors: false,
      mock: { dynamic: false },
      upstreamProxy: undefined,
    },
  });
  const url = await server.listen(0, "127.0.0.1");
  return {
    url,
    /** The last request as prism read it: {method, url: {path, query}, headers, body}; null when none came. */
    takeRequest() {
      const taken = last;
      last = null;
      return taken;
    },
    close: () => server.close(),
  };
}

/** What prism's answer says against the request; [] when it has nothing against it. `fields`: lower-case name -> value. */
function violations(status, fields, text) {
  const found = [];
  const said = fields["sl-violations"];
  if (said !== undefined) {
    let list = [{ severity: "Error", message: said }];
    try {
      list = JSON.parse(said);
    } catch {
      // Too many for a header: the text as it stands.
    }
    found.push(
      ...list
        .filter((item) => item.severity === "Error")
        .map((item) => `${(item.location ?? []).join(".")}: ${item.message}`),
    );
  }
  if (status >= 400) found.push(`status ${status}: ${text.slice(0, 400)}`);
  return found;
}

module.exports = { startPrism, violations };
