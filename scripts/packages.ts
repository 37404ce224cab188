/**
 * Makes packages of the files in dist/, for dpkg, rpm, apk and Homebrew:
 * `deno task packages`. Standard output holds the paths of what was made.
 *
 * @module
 */

import { exitCodeOf, messageOf } from "../lib/errors.ts";
import { packageInto } from "./package/mod.ts";
import { DIST } from "./paths.ts";
import { say } from "./say.ts";

if (import.meta.main) {
  try {
    for (const path of await packageInto(DIST, say)) {
      // deno-lint-ignore no-console -- the paths are the answer, for $(deno task packages)
      console.log(path);
    }
  } catch (error) {
    say(messageOf(error));
    Deno.exit(exitCodeOf(error));
  }
}
