/**
 * Which mode the command line asks for.
 *
 * @module
 */

import { basename, resolve } from "@std/path/posix";
import { BUILD } from "./build.ts";
import { type Child, startChild } from "./child.ts";
import { type Options, unknownVariables } from "./cli/options.ts";
import { type Control, isInForeground } from "./control.ts";
import {
  exitCodeOf,
  FatalError,
  ifPossible,
  messageOf,
  UsageError,
} from "./errors.ts";
import { type Event, levelOf, recordOf } from "./event.ts";
import { runGateway } from "./gateway.ts";
import { runCommand, runService } from "./jobs.ts";
import { NO_ROOM, runCheck } from "./krakend/check.ts";
import {
  argsWithConfig,
  childEnvironment,
  findKrakend,
  findProgram,
  gatewayEnvironment,
  isOtherProgram,
  parseCommand,
  refuseMisplaced,
} from "./krakend/command.ts";
import type { Gateway } from "./krakend/generation.ts";
import type { NamedInput } from "./krakend/inputs.ts";
import { listText } from "./list.ts";
import { canLoadNode } from "./proc.ts";
import { EventCommand } from "./on_event.ts";
import { checkOnce, repeatCheck, reportCheck } from "./repeat.ts";
import { Output, STDOUT } from "./output.ts";
import type { Report, Reporter } from "./report.ts";
import { makePrivateFolder, type PrivateFolder } from "./private_folder.ts";
import { Session } from "./session.ts";
import { exitOf, type ProcessSpec } from "./supervise/process.ts";
import { BASE, type Watched, watchedBy } from "./watched.ts";
import { readFile } from "./watch/files.ts";

/** What the program starts with. */
export interface Context {
  readonly env: Readonly<Record<string, string>>;
  readonly control: Control;
  readonly reporter: Reporter;
  /** Writes what was asked for to standard output. */
  readonly print: (text: string) => Promise<unknown>;
}

type Mode = Context & {
  readonly options: Options;
  readonly report: Report;
};

/**
 * Does what the options ask for.
 *
 * @returns The exit code.
 * @throws {UsageError} If the command makes no sense, or its configuration file is not there.
 * @throws {FatalError} If the program or the working folder is not there, or cannot be used.
 */
export async function run(options: Options, context: Context): Promise<number> {
  const { env, reporter } = context;
  // Its packages of npm come with modules of Node.
  if (BUILD.runtime === "source" && !canLoadNode()) {
    throw new FatalError(
      "/proc is not mounted, and krakend-watch needs it when it runs from source: mount it (mount -t proc proc /proc), or run the bundle or the binary",
      1,
    );
  }
  try {
    Deno.cwd();
  } catch (error) {
    const reason = messageOf(error);
    throw new FatalError(`Cannot use the working folder: ${reason}`, 1);
  }
  await using stack = new AsyncDisposableStack();
  let command: EventCommand | undefined;
  const write = (event: Event) => {
    const record = recordOf(event);
    reporter.write(record);
    const isWanted = levelOf(event) !== "debug" ||
      options.verbosity === "verbose";
    if (isWanted) command?.run(record);
  };
  const report = (event: Event) => {
    try {
      write(event);
    } catch (error) {
      if (event.event === "error") return;
      const reason = `${event.event} cannot be reported: ${messageOf(error)}`;
      report({ event: "error", reason });
    }
  };
  if (options.onEvent !== undefined) {
    command = stack.use(
      new EventCommand(
        options.onEvent,
        gatewayEnvironment(env),
        (event) => reporter.write(recordOf(event)),
      ),
    );
  }
  for (const [variable, hint] of unknownVariables(env)) {
    report({ event: "unknown_variable", variable, hint });
  }
  try {
    const mode = { ...context, options, report };
    return isOtherProgram(options.command, options.allowsPrograms)
      ? await runProgram(mode)
      : await runKrakend(mode);
  } catch (error) {
    const exit_code = exitCodeOf(error);
    const reason = messageOf(error);
    command?.run(recordOf({ event: "fatal", exit_code, reason }));
    throw error;
  }
}

async function runKrakend(mode: Mode): Promise<number> {
  const { options, env, control, report } = mode;
  const { args, service } = parseCommand(options.command, env);
  const configPath = resolve(BASE, service?.configFile ?? "");
  if (service && !options.once) {
    await requireFile(service.configFile, configPath);
  }
  const program = findKrakend({
    option: options.krakend,
    command: options.command,
    env,
  });
  const spec = { program, args, env: gatewayEnvironment(env), cwd: BASE };
  await refuseMisplaced(args, async () => {
    const question = [...args.slice(0, 1), "--help"];
    const help = await runCheck({ ...spec, args: question });
    return help.kind === "impossible" ? "" : help.output;
  });
  if (!service || options.once && !service.isCheck) {
    return await runOnce(spec, control);
  }
  const gateway: Gateway = {
    ...spec,
    configFile: service.configFile,
    configPath,
    port: service.port,
    shutdownMs: options.shutdownTimeoutMs,
  };
  const why = "a plugin that is tested";
  const tested = service.plugins.map((path) => ({ path, why }));
  if (options.once) return await checkForEditors(gateway, tested, mode);
  const output = spec.env["FC_OUT"];
  const watched = await watchedBy(options, {
    configPath,
    output: output && resolve(BASE, output),
  });
  if (options.list) return await list(gateway, watched, tested, mode);
  using session = new Session({
    ...mode,
    mode: service.isCheck ? "check" : "gateway",
    watched,
    configPath,
  });
  if (!service.isCheck) return await runGateway(gateway, session);
  await using printer = new Output(STDOUT, (count) => {
    const reason =
      `${count} results were dropped, as standard output was not read`;
    report({ event: "warning", reason });
  });
  const print = (text: string) => printer.write(`${text}\n`);
  return await repeatCheck(gateway, session, tested, print);
}

async function runProgram(mode: Mode): Promise<number> {
  const { options, env, control } = mode;
  const { command, substitute, startService, once } = options;
  const isPerFile = command.some((word) => word.includes(substitute));
  const without = startService ? "--start-service" : once && "--once";
  if (isPerFile && without) {
    throw new UsageError(
      `${without} runs the command before anything has changed, so there is no file for "${substitute}" in it; --substitute names another symbol`,
    );
  }
  const [name = "", ...args] = command;
  const spec: ProcessSpec = {
    // The file that changed can be the program: which one is not known yet.
    program: name.includes(substitute) ? name : findProgram(name, env["PATH"]),
    args,
    env: childEnvironment(env),
    cwd: BASE,
    shutdownMs: options.shutdownTimeoutMs,
    decorate: decorations[options.decoration],
  };
  if (once) return await runOnce(spec, control);
  const watched = await watchedBy(options, { isEverything: true });
  if (options.list) return await list(undefined, watched, [], mode);
  using session = new Session({
    ...mode,
    mode: startService ? "service" : "command",
    watched,
  });
  const job = { command, symbol: isPerFile ? substitute : undefined, spec };
  return startService
    ? await runService(job, session)
    : await runCommand(job, session);
}

/** Prints what is watched. */
function list(
  gateway: Gateway | undefined,
  watched: Watched,
  tested: readonly NamedInput[],
  { options: { pollMs }, control, print }: Mode,
): Promise<number> {
  return control.untilSignal(async (signal) => {
    const listed = { watched, tested, pollMs, signal };
    const text = await listText(gateway, listed);
    if (!signal.aborted) await print(text);
    return 0;
  });
}

/**
 * Runs a command with our standard streams to its end, and passes signals on.
 *
 * @returns Its exit code; 128 and the number of the signal that ended it.
 * @throws {FatalError} If it cannot be started.
 */
async function runOnce(spec: Child, control: Control): Promise<number> {
  let child: Deno.ChildProcess;
  try {
    child = startChild(spec, {
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    });
  } catch (error) {
    throw new FatalError(
      `Cannot run ${spec.program}: ${messageOf(error)}`,
      error instanceof Deno.errors.NotFound ? 127 : 126,
    );
  }
  control.listenToSignals((signal) => {
    // It is in our group, so that it has those of the terminal already.
    if (["SIGINT", "SIGQUIT"].includes(signal) && isInForeground()) return;
    // Unless it has just ended by itself.
    ifPossible(() => child.kill(signal));
  });
  return (await exitOf(child)).code;
}

/** A file that is known by a descriptor. */
const DESCRIPTOR = /^\/(?:dev\/(?:stdin|fd)|proc\/[^/]+\/fd)\b/;

/** Runs a check once; its words are krakend's, and the place of a fault is ours. */
async function checkForEditors(
  gateway: Gateway,
  tested: readonly NamedInput[],
  { control, report, print, options: { logFormat } }: Mode,
): Promise<number> {
  return await control.untilSignal(async (signal) => {
    using folder = makePrivateFolder(gateway.env, () => {});
    const startedAt = performance.now();
    const readable = await withCopy(gateway, folder, signal);
    const checked = await checkOnce(readable, tested, folder?.path, signal);
    if (signal.aborted) return 1;
    const { check, words, explanation } = checked;
    if (check.kind === "impossible") throw new FatalError(check.reason, 1);
    const isRefused = check.kind === "refused";
    const saysMore = !isRefused || logFormat === "text" &&
        explanation && !explanation.reason.startsWith("krakend: ");
    const texts = isRefused ? [words.trim()] : [];
    reportCheck(check, {
      gateway,
      explanation,
      took_ms: performance.now() - startedAt,
      report: logFormat === "json" ? report : () => {},
      print: (text) => void (saysMore && texts.push(text)),
    });
    await print(texts.join("\n"));
    return check.code;
  });
}

/**
 * Gives krakend a copy of what only we can read: a pipe can be read once, and
 * standard input is another one for a check of ours.
 */
async function withCopy(
  gateway: Gateway,
  folder: PrivateFolder | undefined,
  signal: AbortSignal,
): Promise<Gateway> {
  const { args, configFile, configPath } = gateway;
  const isFile = ifPossible(() => Deno.statSync(configPath))?.isFile;
  if (isFile && !DESCRIPTOR.test(configPath)) return gateway;
  const content = await Deno.readFile(configPath, { signal })
    .catch((error): undefined => {
      // What else cannot be read is for krakend to name.
      if (!DESCRIPTOR.test(configPath)) return;
      const reason = messageOf(error);
      throw new FatalError(`Cannot read ${configFile}: ${reason}`, 1);
    });
  if (!content) return gateway;
  if (!folder) throw new FatalError(`Cannot copy ${configFile}: ${NO_ROOM}`, 1);
  const copy = `${folder.makeFolder()}/${basename(configPath)}`;
  Deno.writeFileSync(copy, content, { mode: 0o600 });
  return { ...gateway, configPath: copy, args: argsWithConfig(args, copy) };
}

/** How lines of output are marked: reflex's number of the command is always 00. */
const decorations = {
  none: undefined,
  plain: (line: string) => `[00] ${line}`,
  fancy: (line: string) => `\x1b[01;32m[00] ${line}\x1b[m`,
} as const;

/** Refuses to begin without the configuration file. */
async function requireFile(name: string, path: string): Promise<void> {
  const { problem } = (await readFile(path)).state;
  if (problem === undefined) return;
  throw new UsageError(
    `Cannot use "${name}" as the configuration: ${problem}; name the file with -c FILE or KRAKEND_CONFIG`,
  );
}
