/**
 * Writes what can be built so far into dist/, and says what cannot.
 *
 * @module
 */

import { bundle } from "./bundle.ts";
import { say } from "./say.ts";

if (import.meta.main) {
  // deno-lint-ignore no-console -- the path is the answer, for $(deno task build)
  console.log(await bundle());
  say(
    "Not yet: binaries. Until there are some, run the file above with `deno run -A`.",
  );
}
