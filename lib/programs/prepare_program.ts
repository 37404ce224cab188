/**
 * Finds out what there is to do for a command of another program than krakend.
 *
 * @module
 */

import { commandEnvironment } from "./command_environment.ts";
import { CommandError, UsageError } from "../errors.ts";
import { findProgram, pathOf } from "../system/find_program.ts";
import { inputsOf } from "../inputs.ts";
import { nearestSubcommand } from "../krakend/command.ts";
import type { Options } from "../options.ts";
import type { Reporter } from "../report.ts";
import { hasSymbol } from "./substitute.ts";
import type { ProcessSpec } from "../supervise/process.ts";
import { planWatch, type WatchPlan } from "../watch_plan.ts";

/** Another program's command. */
export interface ProgramCommand {
  /** The command as the user wrote it. */
  readonly command: readonly string[];
  /** What stands in it for the path of the file that changed; undefined if nothing does. */
  readonly symbol: string | undefined;
  /** How to run it, as long as nothing has changed. */
  readonly process: ProcessSpec;
}

/** A command that is run when something changes. */
export interface Job extends ProgramCommand, WatchPlan {}

/** Options for {@linkcode planJob}. */
export interface PlanJobOptions {
  readonly options: Options;
  readonly report: Reporter;
}

/** What counts in the working folder unless the user says otherwise: everything. */
const EVERYTHING = {
  globs: [],
  inverseGlobs: [],
  regexes: [],
  inverseRegexes: [],
};

/**
 * Finds out how to run the command.
 *
 * @throws {UsageError} If the options do not go together.
 * @throws {CommandError} If the program is not there or cannot be run.
 */
export async function prepareProgram(
  options: Options,
  { env }: { env: Readonly<Record<string, string>> },
): Promise<ProgramCommand> {
  const { command, substitute } = options;
  const isPerFile = hasSymbol(command, substitute);
  if (isPerFile) refuseSymbol(options);
  const [name = "", ...args] = command;
  // A file that changed may be the program; which one that is, is not known yet.
  const program = name.includes(substitute)
    ? name
    : await requireProgram(name, env);
  return {
    command,
    symbol: isPerFile ? substitute : undefined,
    process: {
      program,
      args,
      cwd: Deno.cwd(),
      env: commandEnvironment(env),
      graceMs: options.shutdownTimeoutMs,
      decoration: options.decoration,
    },
  };
}

/**
 * Finds out what to watch for a command.
 *
 * @throws {UsageError} If a pattern cannot be understood.
 */
export async function planJob(
  command: ProgramCommand,
  { options, report }: PlanJobOptions,
): Promise<Job> {
  const { watch, patterns, all, only, pollMs } = options;
  const isNothingNamed = !patterns && watch.length === 0;
  const inputs = inputsOf({
    cwd: command.process.cwd,
    configFile: undefined,
    output: undefined,
    named: [],
    folders: [],
    watch,
    patterns: isNothingNamed ? { ...EVERYTHING, only } : patterns,
    all,
  });
  const isBrief = !options.list;
  const plan = await planWatch(inputs, { pollMs, isBrief, report });
  return { ...command, ...plan };
}

/** Refuses a command about the file that changed where there is none. */
function refuseSymbol({ substitute, startService, once }: Options): void {
  const option = startService ? "--start-service" : once ? "--once" : undefined;
  if (!option) return;
  throw new UsageError(
    `${option} runs the command before anything has changed, so there is no file for "${substitute}" in it; --substitute names another symbol`,
  );
}

/**
 * The path of a program.
 *
 * @throws {CommandError} If it is not there or cannot be run.
 */
export async function requireProgram(
  name: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const found = name && await findProgram(name, { path: pathOf(env) });
  if (!found) {
    const place = /[/\\]/.test(name) ? "" : " on PATH";
    const nearest = nearestSubcommand(name);
    const hint = nearest ? `; did you mean krakend's "${nearest}"?` : "";
    throw new CommandError(
      `Cannot find the program "${name}"${place}${hint}`,
      127,
    );
  }
  const { path, fault } = found;
  if (fault === undefined) return path;
  throw new CommandError(`Cannot run "${path}": ${fault}`, 126);
}
