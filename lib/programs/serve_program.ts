/**
 * Keeps a service of another program running, and restarts it whenever something changes.
 *
 * @module
 */

import { portions } from "./changes.ts";
import { withChanges } from "./command_environment.ts";
import { Control } from "../control.ts";
import { namesFor } from "./job.ts";
import { JobReport } from "./job_report.ts";
import { watchInputs } from "../named_inputs.ts";
import type { Job } from "./prepare_program.ts";
import type { Request } from "../requests.ts";
import { Restarts } from "../restarts.ts";
import type { Setting } from "../serve.ts";
import { tellServiceFact } from "./service_facts.ts";
import { Status } from "../tell/status.ts";
import { Groups } from "../supervise/groups.ts";
import { startProcess } from "../supervise/process.ts";
import { Supervisor } from "../supervise/supervisor.ts";
import { Title } from "../terminal/title.ts";

/**
 * Runs a service until a signal says stop.
 *
 * @returns The exit code.
 */
export async function serveProgram(
  job: Job,
  { options, report, signals, temporary }: Setting,
): Promise<number> {
  const { process, command: [name = ""] } = job;
  const stop = new AbortController();
  const { signal } = stop;
  const watcher = watchInputs(job, { report, temporary, signal });
  const tell = new JobReport(report, job);
  await using groups = new Groups({
    temporary,
    graceMs: options.shutdownTimeoutMs,
  });
  using title = options.status ? new Title() : undefined;
  const status = new Status((text) => title?.show(text));
  /** What has changed since the last start. */
  const changed = new Set<string>();
  const supervisor = new Supervisor({
    ...options,
    // As reflex does: such as a build that failed, it needs other files.
    onExit: options.onExit ?? "wait",
    source: {
      start() {
        const env = withChanges(process.env, [...changed]);
        changed.clear();
        return groups.track(startProcess({ ...process, env }));
      },
      // Nobody can ask it: what runs, serves.
      untilReady: () => Promise.resolve(),
      isOutdated: () => false,
    },
    hasKept: () => false,
    onFact(fact) {
      status.takeFact(fact);
      tellServiceFact(fact, { name, report });
    },
  });
  const restarts = new Restarts(supervisor, { options, report });
  // A service that is not to be started again ends us, too.
  supervisor.stopped.then(() => stop.abort());
  function obey(request: Request): void {
    if (request === "restart") return restarts.now();
    if (request === "check") return report.info(`${name} has no check`);
    stop.abort();
    restarts.cancel();
    supervisor.quit();
  }
  using _ = new Control(obey, { signals, report, groups, title });

  const { settleMs } = options;
  try {
    const changes = portions(watcher, { settleMs, isPerFile: false, signal });
    for await (const paths of changes) {
      if (signal.aborted) break;
      const names = await namesFor(paths, process.cwd);
      if (names.length === 0) tell.watching();
      else tell.running({ paths, names }, "restarting");
      for (const name of names) changed.add(name);
      restarts.onChange();
    }
  } finally {
    // Whatever ends the loop, no service stays behind.
    restarts.cancel();
    if (!signal.aborted) supervisor.quit();
  }
  return await supervisor.stopped;
}
