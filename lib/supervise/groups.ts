/**
 * The process groups of all gateways that run, old and new.
 *
 * @module
 */

import { signalGroup } from "../system/process_group.ts";
import { Guard, type GuardOptions } from "./guard.ts";
import type { Process } from "./process.ts";

/** Remembers the groups, to tell them together what concerns us all. */
export class Groups implements AsyncDisposable {
  readonly #leaders = new Set<number>();
  readonly #guard: Guard;
  #isStopped = false;

  constructor(options: GuardOptions) {
    this.#guard = new Guard(options);
  }

  /** Remembers a process, with all that it starts, until it has ended. */
  track(process: Process): Process {
    const { pid, exited } = process;
    this.#leaders.add(pid);
    this.#guard.add(pid);
    if (this.#isStopped) signalGroup(pid, "SIGSTOP");
    exited.then(() => {
      this.#leaders.delete(pid);
      this.#guard.remove(pid);
    });
    return process;
  }

  /**
   * Stops them all. By SIGSTOP, as SIGTSTP would be lost: they are in sessions
   * of their own, where no shell could continue them.
   */
  stop(): void {
    this.#isStopped = true;
    for (const leader of this.#leaders) signalGroup(leader, "SIGSTOP");
  }

  /** Lets them all go on. */
  continue(): void {
    this.#isStopped = false;
    for (const leader of this.#leaders) signalGroup(leader, "SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#guard[Symbol.asyncDispose]();
  }
}
