/**
 * Runs a gateway, and replaces it only by one that works.
 *
 * @module
 */

import { type Approval, Examiner } from "./examine.ts";
import { tellFact, tellVerdict } from "./facts.ts";
import { gate } from "./gate.ts";
import { formatOf, noticesTruncation } from "./krakend/config.ts";
import { differencesOf } from "./krakend/difference.ts";
import { describeDifferences } from "./krakend/difference_text.ts";
import { endpointOf } from "./krakend/endpoint.ts";
import { launchFrom, removeCopy } from "./krakend/kept.ts";
import { watchInputs } from "./named_inputs.ts";
import type { Options } from "./options.ts";
import type { Service } from "./prepare.ts";
import { untilReady } from "./readiness.ts";
import type { Reporter } from "./report.ts";
import { startProcess } from "./supervise/process.ts";
import type { StopSignals } from "./supervise/signals.ts";
import type { Version } from "./supervise/state.ts";
import { type Fact, Supervisor } from "./supervise/supervisor.ts";

/** What a service has around it. */
export interface Setting {
  readonly options: Options;
  readonly report: Reporter;
  readonly signals: StopSignals;
  /** A private folder for files of ours. */
  readonly temporary: string;
}

/** A configuration that was approved, and what the files were then. */
type Configuration = Approval & { readonly digest: string };

/** Runs a gateway until a signal says stop. */
export async function serve(
  service: Service,
  setting: Setting,
): Promise<number> {
  const { options, report, signals, temporary } = setting;
  const { configFile, configPath, cwd, env, port } = service;
  const stop = new AbortController();
  const { signal } = stop;
  const watcher = watchInputs(service, { report, temporary, signal });
  const examiner = new Examiner(service, { options, watcher, temporary });

  /** What was approved last. */
  let newest: Configuration | undefined;
  /** What a gateway has served with last. */
  let kept: Configuration | undefined;
  let runs: { version: Version; digest: string | undefined } | undefined;
  /** Whether the files are such that no gateway should read them. */
  let isRefused = false;
  let endpoint = endpointOf(undefined, { port, env });

  const supervisor = new Supervisor({
    shutdownTimeoutMs: options.shutdownTimeoutMs,
    start(version) {
      const configuration = version === "kept" ? kept : newest;
      const copy = version === "kept" || isRefused
        ? configuration?.copy
        : undefined;
      runs = { version, digest: watcher.snapshot?.digest };
      endpoint = endpointOf(configuration?.config, { port, env });
      const { process } = service;
      return startProcess(copy ? launchFrom(copy, process) : process);
    },
    hasKept: () =>
      options.rollback && kept?.copy !== undefined && kept !== newest,
    untilReady: (signal, onSilence) =>
      untilReady(endpoint, {
        signal,
        onSilence,
        patienceMs: options.readyTimeoutMs,
      }),
    isOutdated,
    onFact(fact) {
      if (fact.kind === "ready") keep(fact);
      if (fact.kind === "silent") {
        const { hostname, port } = endpoint;
        report.warn(
          `the gateway runs but does not answer on ${hostname}:${port}`,
        );
      }
      tellFact(report, fact);
    },
  });

  function isOutdated(): boolean {
    return runs?.version === "newest" &&
      watcher.snapshot?.digest !== runs.digest;
  }

  /** A gateway serves: what it runs with is worth keeping, if it is known. */
  function keep({ version }: Fact & { kind: "ready" }): void {
    if (version === "kept" || isOutdated() || kept === newest) return;
    removeCopy(kept?.copy);
    kept = newest;
  }

  /** Whether the files are again what the gateway was brought back to. */
  function runsAlready(digest: string): boolean {
    return supervisor.isServing && runs?.version === "kept" &&
      digest === kept?.digest;
  }

  function accept(configuration: Configuration): void {
    if (newest !== kept) removeCopy(newest?.copy);
    newest = configuration;
    examiner.accept(configuration);
  }

  signals.handle((signal) => {
    report.debug(`got ${signal}`);
    stop.abort();
    supervisor.quit();
  });
  const verdicts = gate(watcher, {
    check: (signal) => examiner.examine(signal),
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
      isRefused = verdict.kind === "rejected";
      const { isAlive } = supervisor;
      const circumstances = {
        cwd,
        configFile,
        isAlive,
        differences: isAlive && verdict.kind === "approved"
          ? changesSince(newest, verdict.value)
          : [],
      };
      if (verdict.kind === "approved" && runsAlready(verdict.digest)) {
        tellVerdict(report, { kind: "reverted" }, circumstances);
        continue;
      }
      tellVerdict(report, verdict, circumstances);
      if (verdict.kind !== "approved") continue;
      for (const warning of verdict.value.warnings) {
        if (!newest?.warnings.includes(warning)) report.warn(warning);
      }
      accept({ ...verdict.value, digest: verdict.digest });
      supervisor.restart();
    }
  } finally {
    // Whatever ends the loop, no gateway stays behind.
    if (!stop.signal.aborted) supervisor.quit();
    await supervisor.stopped;
  }
  return 0;
}

/** What is other in a configuration than in the one before; nothing if either is not known. */
function changesSince(
  before: Approval | undefined,
  { config }: Approval,
): string[] {
  if (before?.config === undefined || config === undefined) return [];
  return describeDifferences(differencesOf(before.config, config));
}

function watched({ configFile, listing }: Service): string {
  const others = listing.paths.length - 1;
  // A tree with many folders is listed later.
  if (listing.isBrief) {
    return `${configFile} and more`;
  }
  return others > 0 ? `${configFile} and ${others} more` : configFile;
}

function commandLine({ process: { program, args } }: Service): string {
  return [program, ...args].join(" ");
}
