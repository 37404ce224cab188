/**
 * krakend-watch: runs a KrakenD gateway, watches everything its configuration
 * is made of, and replaces the running gateway only by one that works.
 *
 * From a save to a gateway that serves it:
 *
 * - `watch/` finds out that inputs have changed: a snapshot,
 * - `krakend/` makes a generation of it, a private copy that is ready to run,
 * - `supervise/` decides by one pure function, and acts,
 * - `handover/` passes the port from one instance to the next,
 * - `gateway.ts` is the loop that connects them.
 *
 * `repeat.ts` is the loop of `check`, `jobs.ts` that of other programs;
 * `run.ts` finds out which one is meant.
 *
 * @module
 */

import { parseOptions, wantsJson } from "./lib/cli/options.ts";
import { Control } from "./lib/control.ts";
import { exitCodeOf, messageOf } from "./lib/errors.ts";
import { recordOf } from "./lib/event.ts";
import { STDOUT, writeWhole } from "./lib/output.ts";
import { Reporter, wantsColor } from "./lib/report.ts";
import { run } from "./lib/run.ts";

/** Variables that some children must not have: the others get them from `env`. */
const NOT_FOR_ALL = /^(?:KRAKEND_|FC_|DENO_NODE_SHIM_ACTIVE$)/;

async function main(): Promise<number> {
  const control = new Control();
  // Takes the module off the stack: an exception above it costs 6 ms, in which
  // the whole bundle is read to find the line.
  await undefined;
  const env = Deno.env.toObject();
  // Children inherit the rest, of which Deno cannot read what is not UTF-8.
  for (const name of Object.keys(env)) {
    if (NOT_FOR_ALL.test(name)) Deno.env.delete(name);
  }
  const color = wantsColor(env, Deno.stderr.isTerminal());
  const logFormat = wantsJson(Deno.args, env) ? "json" : "text";
  let reporter = new Reporter({ verbosity: "normal", logFormat, color });
  try {
    const options = parseOptions(Deno.args, env);
    const { help, version, licenses, completions } = options;
    if (help || version || licenses || completions) {
      const { answerTo } = await import("./lib/cli/help.ts");
      return await print(answerTo(options, env));
    }
    reporter = new Reporter({ ...options, color });
    return await run(options, { env, control, reporter, print });
  } catch (error) {
    const exit_code = exitCodeOf(error);
    const reason = messageOf(error);
    reporter.write(recordOf({ event: "fatal", exit_code, reason }));
    return exit_code;
  } finally {
    await reporter[Symbol.asyncDispose]();
  }
}

async function print(text: string): Promise<number> {
  await writeWhole(new TextEncoder().encode(`${text}\n`), STDOUT);
  return 0;
}

if (import.meta.main) Deno.exit(await main());
