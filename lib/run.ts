/**
 * Does what the user asked for.
 *
 * @module
 */

import { exitCodeOf, messageOf } from "./errors.ts";
import { EventCommand } from "./tell/event_command.ts";
import { recordOf } from "./events.ts";
import { isOtherProgram } from "./krakend/command.ts";
import { listText } from "./list.ts";
import type { Options } from "./options.ts";
import { prepare } from "./prepare.ts";
import { planJob, prepareProgram } from "./programs/prepare_program.ts";
import { alsoTelling, type Reporter } from "./report.ts";
import { repeat } from "./repeat.ts";
import { runCommands } from "./programs/run_commands.ts";
import { serve } from "./serve.ts";
import { serveProgram } from "./programs/serve_program.ts";
import { runOnce } from "./supervise/once.ts";
import type { Signals } from "./supervise/signals.ts";
import { withTemporaryFolder } from "./system/temporary.ts";
import { warnOfUnknownVariables } from "./unknown_variables.ts";
import type { WatchPlan } from "./watch_plan.ts";

/** What the program has from its surroundings. */
export interface Context {
  readonly env: Readonly<Record<string, string>>;
  readonly report: Reporter;
  readonly signals: Signals;
  /** Writes what the user asked for. */
  readonly print: (text: string) => void;
}

/**
 * Runs what the user asked for, and has the command of `--on-event` told of it.
 *
 * @returns The exit code.
 * @throws {UsageError} If the command makes no sense, or its configuration file is not there.
 * @throws {CommandError} If the program is not there or cannot be run.
 */
export async function run(options: Options, context: Context): Promise<number> {
  const { env, report } = context;
  warnOfUnknownVariables(env, report);
  if (options.onEvent === undefined) return await obey(options, context);
  await using command = new EventCommand({
    command: options.onEvent,
    env,
    report,
  });
  const told = alsoTelling(report, (event) => {
    const isWanted = event.level !== "debug" || options.verbosity === "verbose";
    if (isWanted) command.tell(event);
  });
  try {
    return await obey(options, { ...context, report: told });
  } catch (error) {
    const fatal = { event: "fatal", exit_code: exitCodeOf(error) } as const;
    command.tell(recordOf("error", messageOf(error), fatal));
    throw error;
  }
}

/** Does what the options say. */
async function obey(options: Options, context: Context): Promise<number> {
  return isOtherProgram(options.command, options.welcomesPrograms)
    ? await runOther(options, context)
    : await runKrakend(options, context);
}

async function runKrakend(options: Options, context: Context): Promise<number> {
  const { signals, print } = context;
  const { program, service } = await prepare(options, context);
  if (!service) return await runOnce(program, signals);
  if (options.list) return show(service, context);
  return await withTemporaryFolder(async (temporary) => {
    const setting = { ...context, options, temporary };
    return service.isCheck
      ? await repeat(service, { ...setting, print })
      : await serve(service, setting);
  });
}

async function runOther(options: Options, context: Context): Promise<number> {
  const command = await prepareProgram(options, context);
  if (options.once) return await runOnce(command.process, context.signals);
  const job = await planJob(command, { ...context, options });
  if (options.list) return show(job, context);
  return await withTemporaryFolder(async (temporary) => {
    const setting = { ...context, options, temporary };
    return options.startService
      ? await serveProgram(job, setting)
      : await runCommands(job, setting);
  });
}

/** Shows what is watched. */
function show(plan: WatchPlan, { print }: Context): number {
  const { listing, inputs, modeOf, mounts } = plan;
  print(listText(listing, { inputs, mode: modeOf(listing), mounts }));
  return 0;
}
