/**
 * What happens to a command of another program, in words.
 *
 * @module
 */

import { MANY_RUNS } from "./circle.ts";
import { formatDuration } from "../duration.ts";
import { fieldsOf } from "../tell/ends.ts";
import { messageOf } from "../errors.ts";
import { listNames } from "../names.ts";
import type { Reporter } from "../report.ts";
import type { Exit } from "../system/exit.ts";

/** A command that has run for so long, in milliseconds, may be one that never ends. */
const LONG_MS = 10_000;

/** What is told about a command itself. */
export interface ReportedJob {
  /** The command as the user wrote it. */
  readonly command: readonly string[];
  /** What stands in it for the file that changed; undefined if nothing does. */
  readonly symbol: string | undefined;
  /** What is watched at the start. */
  readonly listing: {
    readonly paths: readonly string[];
    readonly isBrief: boolean;
  };
}

/** Files that changed. */
export interface Changes {
  /** Absolute. */
  readonly paths: readonly string[];
  /** As the command knows them. */
  readonly names: readonly string[];
}

/** Tells of one command. */
export class JobReport {
  readonly #report: Reporter;
  readonly #job: ReportedJob;

  constructor(report: Reporter, job: ReportedJob) {
    this.#report = report;
    this.#job = job;
  }

  /** The command's first word. */
  get #name(): string {
    return this.#job.command[0] ?? "";
  }

  /** Changes count from now on. */
  watching(): void {
    const { command, listing } = this.#job;
    const inputs = listing.paths.length;
    // Those of a large tree are not counted yet.
    const count = listing.isBrief ? "many" : inputs;
    const files = `${count} ${count === 1 ? "file" : "files"}`;
    this.#report.info(`watching ${files} for ${command.join(" ")}`, {
      event: "watching",
      inputs,
      command,
    });
  }

  /** Files have changed, and the command runs, or is started again. */
  running({ paths, names }: Changes, verb: "running" | "restarting"): void {
    const { command, symbol } = this.#job;
    const text = `${listNames(names)} changed, ${verb} ${this.#name}`;
    const event = { event: "running", command, changes: paths } as const;
    // Of a run for each file, one line is enough: its end.
    if (symbol === undefined) this.#report.info(text, event);
    else this.#report.debug(text, event);
  }

  /** Files have changed while the command runs. */
  late({ names }: Changes, ranMs: number): void {
    const hint = ranMs < LONG_MS
      ? ""
      : `; it has run for ${
        formatDuration(ranMs)
      }, --start-service restarts what does not end`;
    this.#report.info(
      `${
        listNames(names)
      } changed while ${this.#name} runs: it runs again afterwards${hint}`,
    );
  }

  /** The command seems to change what it is run for. */
  circling(): void {
    this.#report.warn(
      `${this.#name} has run ${MANY_RUNS} times in a row: if it changes what it is run for, leave that out with -R or -G`,
    );
  }

  /** The command has ended, by itself or not. */
  ended({ names }: Changes, exit: Exit, ranMs: number): void {
    const { code, signal } = exit;
    const { command, symbol } = this.#job;
    const isFine = code === 0 && !signal;
    const how = signal
      ? `was ended by ${signal}`
      : isFine
      ? "succeeded"
      : `failed with code ${code}`;
    const what = symbol === undefined ? "" : ` for ${listNames(names)}`;
    const text = `${this.#name} ${how}${what} (${formatDuration(ranMs)})`;
    const event = {
      event: "ended",
      command,
      ...fieldsOf(exit),
      ran_ms: ranMs,
    } as const;
    if (isFine) this.#report.info(text, event);
    else this.#report.error(text, event);
  }

  /** The command could not be started. */
  failed(error: unknown): void {
    const reason = messageOf(error);
    const event = { event: "start_failed", reason, next: "wait" } as const;
    this.#report.error(`cannot start ${this.#name}: ${reason}`, event);
  }
}
