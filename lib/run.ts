/**
 * Does what the user asked for.
 *
 * @module
 */

import { listText } from "./list.ts";
import type { Options } from "./options.ts";
import { prepare } from "./prepare.ts";
import type { Reporter } from "./report.ts";
import { repeat } from "./repeat.ts";
import { serve } from "./serve.ts";
import { runOnce } from "./supervise/once.ts";
import type { StopSignals } from "./supervise/signals.ts";
import { makeTemporaryFolder } from "./temporary.ts";

/** What the program has from its surroundings. */
export interface Context {
  readonly env: Readonly<Record<string, string>>;
  readonly report: Reporter;
  readonly signals: StopSignals;
  /** Writes what the user asked for. */
  readonly print: (text: string) => void;
}

/**
 * Runs what the user asked for.
 *
 * @returns The exit code.
 * @throws {UsageError} If the command makes no sense, or its configuration file is not there.
 * @throws {CommandError} If krakend is not there or cannot be run.
 */
export async function run(options: Options, context: Context): Promise<number> {
  const { report, signals, print } = context;
  const { program, service } = await prepare(options, context);
  if (!service) return await runOnce(program, signals);
  if (options.list) {
    const { listing, inputs, modeOf, mounts } = service;
    print(listText(listing, { inputs, mode: modeOf(listing), mounts }));
    return 0;
  }
  const temporary = await makeTemporaryFolder();
  try {
    const setting = { options, report, signals, temporary };
    return service.isCheck
      ? await repeat(service, { ...setting, print })
      : await serve(service, setting);
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}
