/**
 * Runs another program's command whenever something changes.
 *
 * @module
 */

import { portions } from "./changes.ts";
import { launchFor, namesFor } from "./job.ts";
import { type Changes, JobReport } from "./job_report.ts";
import { watchInputs } from "./named_inputs.ts";
import type { Job } from "./prepare_program.ts";
import type { Setting } from "./serve.ts";
import { Runner } from "./supervise/runner.ts";

/** After so many runs in a row, each for what changed during the one before, a warning is due. */
const MANY_RUNS = 10;

/** Runs a command whenever something changes, until a signal says stop. */
export async function runCommands(
  job: Job,
  { options, report, signals, temporary }: Setting,
): Promise<number> {
  const { cwd } = job.process;
  const stop = new AbortController();
  const { signal } = stop;
  const watcher = watchInputs(job, { report, temporary, signal });
  const runner = new Runner();
  const tell = new JobReport(report, job);
  signals.handle((name) => {
    report.debug(`got ${name}`, { event: "signal", signal: name });
    // Asked twice: whoever asks has no patience left.
    if (signal.aborted) runner.kill();
    else runner.stop(options.shutdownTimeoutMs);
    stop.abort();
  });

  let startedAt = 0;
  let isLate = false;
  let runsInARow = 0;
  const isPerFile = job.symbol !== undefined;
  const changes = portions(watcher, {
    settleMs: options.settleMs,
    isPerFile,
    signal,
    onLateChange(paths) {
      // A command for each file has its queue.
      if (isLate || isPerFile || signal.aborted) return;
      isLate = true;
      const ranMs = performance.now() - startedAt;
      namesFor(paths, cwd).then((names) => tell.late({ paths, names }, ranMs));
    },
  });
  for await (const paths of changes) {
    if (signal.aborted) break;
    if (paths.length === 0) {
      tell.watching();
      continue;
    }
    isLate = false;
    startedAt = performance.now();
    const names = await namesFor(paths, cwd);
    await runFor({ paths, names });
    runsInARow = isLate ? runsInARow + 1 : 0;
    if (runsInARow === MANY_RUNS) tell.circling(MANY_RUNS);
  }
  return 0;

  async function runFor(changes: Changes): Promise<void> {
    try {
      const launch = await launchFor(job, changes.names);
      tell.running(changes, "running");
      const exit = await runner.run(launch);
      if (!signal.aborted) {
        tell.ended(changes, exit, performance.now() - startedAt);
      }
    } catch (error) {
      tell.failed(error);
    }
  }
}
