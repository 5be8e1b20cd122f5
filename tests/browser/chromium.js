// The system's Chromium. playwright-core drives it, and brings no browser of its own.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Its path; undefined where there is none. */
function findChromium() {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find((file) => fs.existsSync(file));
}

/** Every host below .test is this machine, and there is no other host. Pop-ups are blocked as for people. */
function launchChromium(executablePath) {
  return chromium.launch({
    executablePath,
    ignoreDefaultArgs: ["--disable-popup-blocking"],
    args: [
      "--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      "--disable-dev-shm-usage",
    ],
  });
}

module.exports = { findChromium, launchChromium };
