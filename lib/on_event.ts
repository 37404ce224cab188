/**
 * The command of `--on-event`: it gets every event, one at a time and in
 * order, and what it is about never waits for it.
 *
 * @module
 */

import { startChild } from "./child.ts";
import { EVENT_VARIABLE } from "./cli/table.ts";
import { messageOf } from "./errors.ts";
import {
  type Event,
  type EventRecord,
  exitFields,
  howItEnded,
  jsonOf,
} from "./event.ts";
import { exitOf, signalGroup } from "./supervise/process.ts";
import { pause, Timer } from "./timer.ts";

/** More events than that do not wait: the oldest are dropped. */
export const MOST_WAITING = 256;
/** How long the command may take for one event, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** For what is left at the end, there is so long, in milliseconds. */
const LAST_MS = 1_000;

/** Runs a command for every event. Disposing of it ends all processes. */
export class EventCommand implements AsyncDisposable {
  readonly #waiting: EventRecord[] = [];
  readonly #groups = new Set<number>();
  #work: Promise<void> | undefined;
  #isClosed = false;
  #dropped = 0;
  #hasFailed = false;

  constructor(
    /** For the shell. */
    readonly command: string,
    readonly env: Readonly<Record<string, string>>,
    /** Takes a report if the command fails. */
    readonly report: (event: Event) => void,
  ) {}

  /** Runs the command for an event, soon. */
  run(event: EventRecord): void {
    if (this.#isClosed) return;
    this.#waiting.push(event);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#fail("is too slow: the oldest events are dropped", ++this.#dropped);
    }
    this.#work ??= this.#runAll();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.race([this.#work, pause(LAST_MS)]);
    this.#waiting.length = 0;
    for (const pid of this.#groups) signalGroup(pid, "SIGKILL");
    await this.#work;
  }

  async #runAll(): Promise<void> {
    // What is reported goes on first.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      await this.#runOnce(this.#waiting.shift() as EventRecord);
    }
    this.#work = undefined;
  }

  async #runOnce(event: EventRecord): Promise<void> {
    let child: Deno.ChildProcess;
    try {
      child = startChild({
        program: "/bin/sh",
        // Standard output may be read by something else.
        args: ["-c", `exec 1>&2\n${this.command}`],
        env: { ...this.env, [EVENT_VARIABLE]: event.event },
      }, {
        // In a group of its own, with all that it starts.
        detached: true,
        stdin: "piped",
        stdout: "null",
        stderr: "inherit",
      });
    } catch (error) {
      return this.#fail(`cannot be run: ${messageOf(error)}`);
    }
    const { pid } = child;
    this.#groups.add(pid);
    let isRunning = true;
    let isLate = false;
    const timer = new Timer(TIMEOUT_MS, () => {
      isLate = isRunning;
      signalGroup(pid, "SIGKILL");
      this.#groups.delete(pid);
    });
    // It need not read it.
    new Blob([`${jsonOf(event)}\n`]).stream().pipeTo(child.stdin)
      .catch(() => {});
    const exit = await exitOf(child);
    isRunning = false;
    // What it has started may stay for the rest of its time.
    if (!signalGroup(pid, "SIGCONT")) {
      timer.cancel();
      this.#groups.delete(pid);
    }
    if (exit.code === 0) return;
    const how = isLate
      ? `was killed after ${TIMEOUT_MS / 1_000} s`
      : howItEnded(exitFields(exit));
    this.#fail(`${how} (for the event "${event.event}")`);
  }

  #fail(reason: string, dropped?: number): void {
    // At the end, a command that is killed is no failure of its own.
    if (this.#isClosed) return;
    this.report({
      event: "on_event_failed",
      reason,
      is_repeated: this.#hasFailed,
      dropped,
    });
    this.#hasFailed = true;
  }
}
