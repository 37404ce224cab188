/**
 * Joins the stages: watch, gate, supervisor, readiness, report.
 *
 * @module
 */

import { join } from "@std/path";
import { tellFact, tellVerdict } from "./facts.ts";
import { gate } from "./gate.ts";
import { checkConfig } from "./krakend/check.ts";
import { formatOf, noticesTruncation, readConfig } from "./krakend/config.ts";
import { endpointOf } from "./krakend/endpoint.ts";
import { listText } from "./list.ts";
import type { Options } from "./options.ts";
import { prepare, type Service } from "./prepare.ts";
import { checkPresence } from "./presence.ts";
import { untilReady } from "./readiness.ts";
import type { Reporter } from "./report.ts";
import { runOnce } from "./supervise/once.ts";
import { startProcess } from "./supervise/process.ts";
import type { StopSignals } from "./supervise/signals.ts";
import { Supervisor } from "./supervise/supervisor.ts";
import { describeTrouble } from "./watch/events.ts";
import { Watcher } from "./watch/watcher.ts";

/** What the program has from its surroundings. */
export interface Context {
  readonly env: Readonly<Record<string, string>>;
  readonly report: Reporter;
  readonly signals: StopSignals;
  /** Writes what the user asked for. */
  readonly print: (text: string) => void;
}

/** The longest that a check may take, in milliseconds. */
const CHECK_TIMEOUT_MS = 30_000;

/**
 * Runs what the user asked for.
 *
 * @returns The exit code.
 * @throws {UsageError} If the command makes no sense, or its configuration file is not there.
 * @throws {CommandError} If krakend is not there or cannot be run.
 */
export async function run(options: Options, context: Context): Promise<number> {
  const { report, signals, print } = context;
  const { program, service } = await prepare(options, context.env);
  if (!service) return await runOnce(program, signals);
  const { listing, inputs, mode, mounts, warnings } = service;
  if (options.list) {
    print(listText(listing, { inputs, mode, mounts }));
    return 0;
  }
  warnings.forEach((warning) => report.warn(warning));
  const temporary = await Deno.makeTempDir({ prefix: "krakend-watch-" });
  try {
    return await serve(service, { options, context, temporary });
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

interface Setting {
  readonly options: Options;
  readonly context: Context;
  /** A folder for files of ours. */
  readonly temporary: string;
}

/** Runs a gateway until a signal says stop. */
async function serve(service: Service, setting: Setting): Promise<number> {
  const { options, context: { report, signals } } = setting;
  const { configFile, configPath, cwd, env, port, process } = service;
  const stop = new AbortController();
  let endpoint = endpointOf(undefined, { port, env });
  let startedWith: string | undefined;

  const watcher = new Watcher(service.inputs.scope, {
    mode: service.mode,
    listing: service.listing,
    heartbeatFolder: setting.temporary,
    signal: stop.signal,
    onTrouble: (error) => report.warn(describeTrouble(error)),
  });
  const supervisor = new Supervisor({
    shutdownTimeoutMs: options.shutdownTimeoutMs,
    start: () => {
      startedWith = watcher.snapshot?.digest;
      return startProcess(process);
    },
    untilReady: (signal) =>
      untilReady(endpoint, {
        signal,
        onSilence: () =>
          report.warn(
            `the gateway runs but does not answer on ${endpoint.hostname}:${endpoint.port}`,
          ),
      }),
    isOutdated: () => watcher.snapshot?.digest !== startedWith,
    onFact: (fact) => tellFact(report, fact),
  });
  signals.handle((signal) => {
    report.debug(`got ${signal}`);
    stop.abort();
    supervisor.quit();
  });
  const verdicts = gate(watcher, {
    check: checker(service, { ...setting, watcher }),
    look: () => watcher.look(),
    isServing: () => supervisor.isServing,
    settleMs: options.settleMs,
    noticesTruncation: (paths) =>
      options.check && noticesTruncation(formatOf(configFile)) &&
      paths.every((path) => path === configPath),
  });

  report.info(`watching ${watched(service)} for ${commandLine(service)}`);
  try {
    for await (const verdict of verdicts) {
      if (stop.signal.aborted) break;
      const { isAlive } = supervisor;
      tellVerdict(report, verdict, { cwd, configFile, isAlive });
      if (verdict.kind !== "approved") continue;
      endpoint = endpointOf(verdict.value, { port, env });
      supervisor.restart();
    }
  } finally {
    // Whatever ends the loop, no gateway stays behind.
    if (!stop.signal.aborted) supervisor.quit();
    await supervisor.stopped;
  }
  return 0;
}

/** The check of the gate: is there a file, and does krakend take it? */
function checker(service: Service, setting: Setting & { watcher: Watcher }) {
  const { configFile, configPath, cwd, env, process } = service;
  const { options, temporary, watcher } = setting;
  const compiledFile = join(temporary, "compiled.json");
  const spec = {
    program: process.program,
    configFile,
    cwd,
    env,
    compiledFile,
    timeoutMs: CHECK_TIMEOUT_MS,
  };
  return async (signal: AbortSignal) => {
    const presence = checkPresence(watcher.snapshot?.files.get(configPath));
    const outcome = presence.ok && options.check
      ? await checkConfig(spec, signal)
      : presence;
    if (!outcome.ok) return outcome;
    const value = await readConfig({
      configFile: configPath,
      compiledFile,
      env,
    });
    return { ok: true, value } as const;
  };
}

function watched({ configFile, listing }: Service): string {
  const others = listing.paths.length - 1;
  return others > 0 ? `${configFile} and ${others} more` : configFile;
}

function commandLine({ process: { program, args } }: Service): string {
  return [program, ...args].join(" ");
}
