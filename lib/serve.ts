/**
 * Runs a gateway, and replaces it only by one that works.
 *
 * @module
 */

import { Configurations } from "./configurations.ts";
import { Control } from "./control.ts";
import { type Approval, Examiner } from "./examine.ts";
import { tellFact } from "./tell/facts.ts";
import { gate } from "./gate.ts";
import { Launcher } from "./launch.ts";
import { formatOf, noticesTruncation } from "./krakend/config.ts";
import { differencesOf } from "./krakend/difference.ts";
import { describeDifferences } from "./krakend/difference_text.ts";
import { watchInputs } from "./named_inputs.ts";
import type { Options } from "./options.ts";
import type { Service } from "./prepare.ts";
import type { Reporter } from "./report.ts";
import { PendingRequests, type Request } from "./requests.ts";
import { Restarts } from "./restarts.ts";
import { Status } from "./tell/status.ts";
import { Groups } from "./supervise/groups.ts";
import type { Signals } from "./supervise/signals.ts";
import { Supervisor } from "./supervise/supervisor.ts";
import { Title } from "./terminal/title.ts";
import { tellVerdict } from "./tell/verdicts.ts";

/** What a service has around it. */
export interface Setting {
  readonly options: Options;
  readonly report: Reporter;
  readonly signals: Signals;
  /** A private folder for files of ours. */
  readonly temporary: string;
}

/**
 * Runs a gateway until a signal says stop.
 *
 * @returns The exit code: 0, or the gateway's own if it left and is not to be started again.
 */
export async function serve(
  service: Service,
  setting: Setting,
): Promise<number> {
  const { options, report, signals, temporary } = setting;
  const { configFile, configPath, cwd } = service;
  const stop = new AbortController();
  const { signal } = stop;
  const requests = new PendingRequests();
  await using groups = new Groups({
    temporary,
    graceMs: options.shutdownTimeoutMs,
  });
  using title = options.status ? new Title() : undefined;
  const status = new Status((text) => title?.show(text));
  const watcher = watchInputs(service, { report, temporary, signal });
  const examiner = new Examiner(service, { options, watcher, temporary });
  const configurations = new Configurations();
  const digest = () => watcher.snapshot?.digest;
  const launcher = new Launcher(service, {
    configurations,
    groups,
    options,
    report,
    digest,
  });
  const supervisor = new Supervisor({
    ...options,
    onExit: options.onExit ?? "restart",
    source: launcher,
    hasKept: () => options.rollback && configurations.hasKept,
    onFact(fact) {
      status.takeFact(fact);
      tellFact(report, fact);
    },
  });
  const restarts = new Restarts(supervisor, setting);

  function obey(request: Request): void {
    if (request === "restart" || request === "check") {
      requests.add(request);
      return;
    }
    status.set("stopping");
    stop.abort();
    restarts.cancel();
    supervisor.quit();
  }

  using _ = new Control(obey, { signals, report, groups, title });
  // A gateway that is not to be started again ends us, too.
  supervisor.stopped.then(() => stop.abort());
  const verdicts = gate(watcher, {
    check: (signal) => status.check(examiner.examine(signal)),
    look: () => watcher.look(),
    isServing: () => supervisor.isServing,
    settleMs: options.settleMs,
    noticesTruncation: (paths) =>
      options.check && noticesTruncation(formatOf(configFile)) &&
      paths.every((path) => path === configPath),
    requests,
  });

  report.info(`watching ${watched(service)} for ${commandLine(service)}`, {
    event: "watching",
    config: configFile,
    inputs: service.listing.paths.length,
    command: [service.process.program, ...service.process.args],
  });
  try {
    for await (const verdict of verdicts) {
      if (stop.signal.aborted) break;
      launcher.isRefused = verdict.kind === "rejected" ||
        (verdict.kind === "checked" && launcher.isRefused &&
          !verdict.isAccepted);
      const { newest } = configurations;
      const { isAlive } = supervisor;
      const circumstances = {
        cwd,
        configFile,
        isAlive,
        differences: isAlive && verdict.kind === "approved"
          ? changesSince(newest, verdict.value, {
            isRewritten: verdict.changes.includes(configPath),
          })
          : [],
      };
      const isRunning = verdict.kind === "approved" && !verdict.isAsked &&
        launcher.runsWith(supervisor.serving, verdict);
      const effective = isRunning ? { kind: "reverted" } as const : verdict;
      status.takeVerdict(effective, isAlive);
      tellVerdict(report, effective, circumstances);
      if (!("value" in verdict)) continue;
      const isNew = (warning: string) =>
        verdict.kind === "checked" || !newest?.warnings.includes(warning);
      for (const warning of verdict.value.warnings.filter(isNew)) {
        report.warn(warning);
      }
      if (verdict.kind === "checked") continue;
      configurations.accept({ ...verdict.value, digest: verdict.digest });
      examiner.accept(verdict.value);
      if (verdict.isAsked) restarts.now();
      else if (isRunning) restarts.cancel();
      else restarts.onChange();
    }
  } finally {
    // Whatever ends the loop, no gateway stays behind.
    restarts.cancel();
    if (!stop.signal.aborted) supervisor.quit();
  }
  return await supervisor.stopped;
}

/** What is other in a configuration than in the one before; nothing if either is not known. */
function changesSince(
  before: Approval | undefined,
  { config }: Approval,
  { isRewritten }: { isRewritten: boolean },
): string[] {
  if (before?.config === undefined || config === undefined) return [];
  const lines = describeDifferences(differencesOf(before.config, config));
  return lines.length === 0 && isRewritten
    ? ["the same settings, written otherwise"]
    : lines;
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
