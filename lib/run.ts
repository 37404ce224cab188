/**
 * Joins the stages: watch, gate, supervisor, readiness, report.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import { tellFact, tellVerdict } from "./facts.ts";
import { gate } from "./gate.ts";
import { checkConfig } from "./krakend/check.ts";
import { type KrakendService, parseKrakendCommand } from "./krakend/command.ts";
import { formatOf, noticesTruncation, readConfig } from "./krakend/config.ts";
import { endpointOf } from "./krakend/endpoint.ts";
import { gatewayEnvironment } from "./krakend/environment.ts";
import { findKrakend } from "./krakend/program.ts";
import type { Options } from "./options.ts";
import { checkPresence, requirePresence } from "./presence.ts";
import { untilReady } from "./readiness.ts";
import type { Reporter } from "./report.ts";
import { runOnce } from "./supervise/once.ts";
import { startProcess } from "./supervise/process.ts";
import type { StopSignals } from "./supervise/signals.ts";
import { Supervisor } from "./supervise/supervisor.ts";
import { describeTrouble } from "./watch/events.ts";
import { takeSnapshot } from "./watch/snapshot.ts";
import { Watcher } from "./watch/watcher.ts";

/** What the program has from its surroundings. */
export interface Context {
  readonly env: Readonly<Record<string, string>>;
  readonly report: Reporter;
  readonly signals: StopSignals;
}

/** Time between two looks at the files when no event comes, in milliseconds. */
const SWEEP_MS = 1_000;
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
  const command = parseKrakendCommand(options.command, context.env);
  if (command.service) {
    const { configFile } = command.service;
    requirePresence(configFile, await takeSnapshot([resolve(configFile)]));
  }
  const program = await findKrakend({
    option: options.krakend,
    env: context.env,
  });
  const env = gatewayEnvironment(context.env);
  const spec = { program, args: command.args, env };
  if (!command.service) return await runOnce(spec, context.signals);
  const temporary = await Deno.makeTempDir({ prefix: "krakend-watch-" });
  try {
    return await serve(command.service, {
      ...spec,
      temporary,
      options,
      context,
    });
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

interface Setting {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A folder for files of ours. */
  readonly temporary: string;
  readonly options: Options;
  readonly context: Context;
}

/** Runs a gateway until a signal says stop. */
async function serve(
  service: KrakendService,
  { program, args, env, temporary, options, context }: Setting,
): Promise<number> {
  const { report, signals } = context;
  const { configFile } = service;
  const stop = new AbortController();
  // By its path, not as an inode: if the folder is replaced, the new one counts.
  const cwd = Deno.cwd();
  const path = resolve(cwd, configFile);
  let endpoint = endpointOf(undefined, { port: service.port, env });

  const watcher = new Watcher({ files: [path], trees: [] }, {
    sweepMs: SWEEP_MS,
    isPolling: false,
    signal: stop.signal,
    onTrouble: (error) => report.warn(describeTrouble(error)),
  });
  const supervisor = new Supervisor({
    shutdownTimeoutMs: options.shutdownTimeoutMs,
    start: () =>
      startProcess({
        program,
        args,
        cwd,
        env,
        graceMs: options.shutdownTimeoutMs,
      }),
    untilReady: (signal) =>
      untilReady(endpoint, {
        signal,
        onSilence: () =>
          report.warn(
            `the gateway runs but does not answer on ${endpoint.hostname}:${endpoint.port}`,
          ),
      }),
    onFact: (fact) => tellFact(report, fact),
  });
  signals.handle((signal) => {
    report.debug(`got ${signal}`);
    stop.abort();
    supervisor.quit();
  });

  const spec = {
    program,
    configFile,
    cwd,
    env,
    compiledFile: join(temporary, "compiled.json"),
    timeoutMs: CHECK_TIMEOUT_MS,
  };
  const check = async (signal: AbortSignal) => {
    const presence = checkPresence(await watcher.look());
    const outcome = presence.ok && options.check
      ? await checkConfig(spec, signal)
      : presence;
    return outcome.ok
      ? {
        ok: true,
        value: await readConfig({ ...spec, configFile: path }),
      } as const
      : outcome;
  };
  const verdicts = gate(watcher, {
    check,
    look: () => watcher.look(),
    isServing: () => supervisor.isServing,
    settleMs: options.settleMs,
    noticesTruncation: options.check &&
      noticesTruncation(formatOf(configFile)),
  });
  report.info(`watching ${configFile} for ${program} ${args.join(" ")}`);
  try {
    for await (const verdict of verdicts) {
      if (stop.signal.aborted) break;
      const { isAlive } = supervisor;
      tellVerdict(report, verdict, { configFile, isAlive });
      if (verdict.kind !== "approved") continue;
      endpoint = endpointOf(verdict.value, { port: service.port, env });
      supervisor.restart();
    }
  } finally {
    // Whatever ends the loop, no gateway stays behind.
    if (!stop.signal.aborted) supervisor.quit();
    await supervisor.stopped;
  }
  return 0;
}
