/**
 * krakend-watch runs a KrakenD gateway, watches its configuration, and
 * replaces the running gateway only by one that works.
 *
 * @module
 */

import { BUILD } from "./lib/build.ts";
import { exitCodeOf, messageOf } from "./lib/errors.ts";
import { parseOptions } from "./lib/options.ts";
import { createReporter, wantsColor, writeToStderr } from "./lib/report.ts";
import { run } from "./lib/run.ts";
import { StopSignals } from "./lib/supervise/signals.ts";
import { helpText, versionText } from "./lib/usage.ts";

async function main(): Promise<number> {
  const signals = new StopSignals();
  const env = Deno.env.toObject();
  const color = wantsColor(env, Deno.stderr.isTerminal());
  let report = createReporter({ color, write: writeToStderr });
  try {
    const options = parseOptions(Deno.args, env);
    if (options.help) return print(helpText());
    if (options.version) return print(versionText());
    if (options.licenses) return print(BUILD.licenses);
    report = createReporter({ ...options, color, write: writeToStderr });
    return await run(options, { env, report, signals, print });
  } catch (error) {
    report.error(messageOf(error));
    return exitCodeOf(error);
  }
}

function print(text: string): number {
  // deno-lint-ignore no-console -- what the user asked for goes to standard output
  console.log(text);
  return 0;
}

if (import.meta.main) Deno.exit(await main());
