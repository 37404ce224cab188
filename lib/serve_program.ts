/**
 * Keeps a service of another program running, and restarts it whenever something changes.
 *
 * @module
 */

import { portions } from "./changes.ts";
import { withChanges } from "./command_environment.ts";
import { namesFor } from "./job.ts";
import { JobReport } from "./job_report.ts";
import { watchInputs } from "./named_inputs.ts";
import type { Job } from "./prepare_program.ts";
import type { Setting } from "./serve.ts";
import { tellServiceFact } from "./service_facts.ts";
import { startProcess } from "./supervise/process.ts";
import { Supervisor } from "./supervise/supervisor.ts";

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
        return startProcess({ ...process, env });
      },
      // Nobody can ask it: what runs, serves.
      untilReady: () => Promise.resolve(),
      isOutdated: () => false,
    },
    hasKept: () => false,
    onFact: (fact) => tellServiceFact(fact, { name, report }),
  });
  // A service that is not to be started again ends us, too.
  supervisor.stopped.then(() => stop.abort());
  signals.handle((name) => {
    report.debug(`got ${name}`, { event: "signal", signal: name });
    stop.abort();
    supervisor.quit();
  });

  const { settleMs } = options;
  try {
    const changes = portions(watcher, { settleMs, isPerFile: false, signal });
    for await (const paths of changes) {
      if (signal.aborted) break;
      const names = await namesFor(paths, process.cwd);
      if (names.length === 0) tell.watching();
      else tell.running({ paths, names }, "restarting");
      for (const name of names) changed.add(name);
      supervisor.restart();
    }
  } finally {
    // Whatever ends the loop, no service stays behind.
    if (!signal.aborted) supervisor.quit();
  }
  return await supervisor.stopped;
}
