/**
 * krakend-watch runs a KrakenD gateway, watches its configuration, and
 * replaces the running gateway only by one that works.
 *
 * @module
 */

import { answerTo } from "./lib/answer.ts";
import { exitCodeOf, messageOf } from "./lib/errors.ts";
import { guessLogFormat, parseOptions } from "./lib/options.ts";
import { createReporter, wantsColor, writeToStderr } from "./lib/report.ts";
import { run } from "./lib/run.ts";
import { Signals } from "./lib/supervise/signals.ts";

async function main(): Promise<number> {
  const signals = new Signals();
  const env = Deno.env.toObject();
  const color = wantsColor(env, Deno.stderr.isTerminal());
  const logFormat = guessLogFormat(Deno.args, env);
  let report = createReporter({ color, logFormat, write: writeToStderr });
  try {
    const options = parseOptions(Deno.args, env);
    const answer = answerTo(options, env);
    if (answer !== undefined) return print(answer);
    report = createReporter({ ...options, color, write: writeToStderr });
    return await run(options, { env, report, signals, print });
  } catch (error) {
    const exit_code = exitCodeOf(error);
    report.error(messageOf(error), { event: "fatal", exit_code });
    return exit_code;
  }
}

function print(text: string): number {
  // deno-lint-ignore no-console -- what the user asked for goes to standard output
  console.log(text);
  return 0;
}

if (import.meta.main) Deno.exit(await main());
