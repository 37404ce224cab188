/**
 * Runs another program's command whenever something changes.
 *
 * @module
 */

import { portions } from "./changes.ts";
import { Circle } from "./circle.ts";
import { Control } from "../control.ts";
import { launchFor, namesFor } from "./job.ts";
import { type Changes, JobReport } from "./job_report.ts";
import { watchInputs } from "../named_inputs.ts";
import type { Job } from "./prepare_program.ts";
import type { Request } from "../requests.ts";
import type { Setting } from "../serve.ts";
import { Groups } from "../supervise/groups.ts";
import { Runner } from "../supervise/runner.ts";

/** Runs a command whenever something changes, until a signal says stop. */
export async function runCommands(
  job: Job,
  { options, report, signals, temporary }: Setting,
): Promise<number> {
  const { cwd } = job.process;
  const stop = new AbortController();
  const { signal } = stop;
  const watcher = watchInputs(job, { report, temporary, signal });
  await using groups = new Groups({
    temporary,
    graceMs: options.shutdownTimeoutMs,
  });
  const runner = new Runner(groups);
  const tell = new JobReport(report, job);
  function obey(request: Request): void {
    switch (request) {
      case "restart":
      case "check":
        return report.info("the command runs at the next change");
      case "quit":
        stop.abort();
        return runner.stop(options.shutdownTimeoutMs);
      case "kill":
        return runner.kill();
    }
  }
  using _ = new Control(obey, { signals, report, groups, title: undefined });

  const circle = new Circle(options.settleMs);
  const isPerFile = job.symbol !== undefined;
  let startedAt = 0;
  let isLateTold = false;
  const changes = portions(watcher, {
    settleMs: options.settleMs,
    isPerFile,
    signal,
    async onLateChange(paths) {
      // Where each file has its run, it has its turn, too.
      if (isLateTold || isPerFile || signal.aborted) return;
      isLateTold = true;
      const ranMs = performance.now() - startedAt;
      tell.late({ paths, names: await namesFor(paths, cwd) }, ranMs);
    },
  });
  for await (const paths of changes) {
    if (signal.aborted) break;
    if (paths.length === 0) {
      tell.watching();
      continue;
    }
    isLateTold = false;
    startedAt = performance.now();
    await runFor({ paths, names: await namesFor(paths, cwd) });
    const endedAt = performance.now();
    if (circle.add(paths, { startedAt, endedAt })) tell.circling();
  }
  return 0;

  async function runFor(changes: Changes): Promise<void> {
    try {
      const launch = await launchFor(job, changes.names);
      // Whoever asked us to stop a moment ago wants nothing to be started.
      if (signal.aborted) return;
      tell.running(changes, "running");
      const exit = await runner.run(launch);
      if (signal.aborted) return;
      tell.ended(changes, exit, performance.now() - startedAt);
    } catch (error) {
      tell.failed(error);
    }
  }
}
