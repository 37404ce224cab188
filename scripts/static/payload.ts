/**
 * How the Deno CLI is made to behave as the program whose bundle it runs.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { V8_FLAGS } from "./runtime_flags.ts";
import type { Payload } from "./segment.ts";

const LOADER = fromFileUrl(new URL("./loader.js", import.meta.url));

/**
 * Nothing of the folder it is started in counts: no deno.json, package.json
 * or lock file. What follows goes to the script, whatever it looks like.
 */
const WORDS = [
  "deno",
  "run",
  "--allow-all",
  "--no-config",
  "--no-lock",
  "--no-remote",
  "--no-npm",
  "--no-code-cache",
  `--v8-flags=${V8_FLAGS.join(",")}`,
];

/** No file system has a name as long as this, so nothing is ever cached. */
const NOWHERE = `/${"no-cache-".repeat(32)}`;

const VARIABLES = {
  DENO_DIR: NOWHERE,
  // Else a folder with a node program is added to PATH.
  DENO_DISABLE_NODE_SHIM: "1",
  // Without a folder for its cache, it warns on a terminal; that it cannot go on, it says as before.
  DENO_LOG: "error,deno::cache=off",
  DENO_NO_PACKAGE_JSON: "1",
  DENO_NO_UPDATE_CHECK: "1",
  // The CLI reads .npmrc there, and gives up if it cannot.
  HOME: "/nonexistent",
};

/** What the CLI would obey, and what is meant for other programs. */
const MASKED = ["DENO_", "NODE_", "NPM_CONFIG_", "OTEL_", "RUST_LOG", "HOME="];

/** What the bundle calls import.meta. */
const META = "importMeta";

/** Prepares a bundle, which must import and export nothing but on demand. */
export async function cliPayload(bundle: string): Promise<Payload> {
  const name = "krakend-watch.js";
  const variables = Object.entries(VARIABLES);
  const script = (await Deno.readTextFile(bundle)).replace(/^#!.*/, "")
    .replaceAll("import.meta", META);
  const loader = (await Deno.readTextFile(LOADER))
    .replace("VARIABLES", JSON.stringify(Object.keys(VARIABLES)))
    .replace("MASKED", JSON.stringify(MASKED)).replace("META", META)
    .replaceAll(/^ *\/\/.*\n/gm, "");
  return {
    file: {
      name,
      content: new TextEncoder().encode(`${script}\n//# sourceURL=${name}\n`),
    },
    words: [
      ...WORDS,
      `data:text/javascript,${encodeURIComponent(loader)}`,
      "", // the path of the file
    ],
    variables: variables.map(([name, value]) => `${name}=${value}`),
    masked: MASKED,
  };
}
