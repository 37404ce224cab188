/**
 * Runs commands that end by themselves, one at a time.
 *
 * @module
 */

import type { Exit } from "../system/exit.ts";
import type { Groups } from "./groups.ts";
import { type Process, type ProcessSpec, startProcess } from "./process.ts";

/** Runs commands to their end, or to the end of patience. */
export class Runner {
  readonly #groups: Pick<Groups, "track">;
  #process: Process | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param groups Where the processes are remembered. */
  constructor(groups: Pick<Groups, "track">) {
    this.#groups = groups;
  }

  /** The number of the process that runs. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /**
   * Runs a command to its end, and to that of all that it has started.
   *
   * @throws If it cannot be started.
   */
  async run(spec: ProcessSpec): Promise<Exit> {
    this.#process = this.#groups.track(startProcess(spec));
    try {
      return await this.#process.exited;
    } finally {
      clearTimeout(this.#timer);
      this.#process = undefined;
    }
  }

  /**
   * Asks the command that runs to leave, and ends it if it does not.
   *
   * @param graceMs How long it may take, in milliseconds.
   */
  stop(graceMs: number): void {
    const process = this.#process;
    if (!process) return;
    process.terminate();
    this.#timer = setTimeout(() => process.kill(), graceMs);
  }

  /** Ends the command that runs, at once. */
  kill(): void {
    this.#process?.kill();
  }
}
