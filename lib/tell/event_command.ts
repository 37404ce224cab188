/**
 * The command of `--on-event`: told every event, one at a time and in order,
 * and never waited for by what it is told about.
 *
 * @module
 */

import { deadline } from "@std/async";
import { EVENT_VARIABLE } from "../environment_twin.ts";
import type { EventOf, EventRecord } from "../events.ts";
import { gatewayEnvironment } from "../krakend/environment.ts";
import { endOf, exitCodeOf } from "../system/exit.ts";
import { groupGone, signalGroup } from "../system/process_group.ts";
import type { Reporter } from "../report.ts";
import { shellFor } from "../system/shell.ts";
import { fieldsOf, howItLeft } from "./ends.ts";

/** Options for {@linkcode EventCommand}. */
export interface EventCommandOptions {
  /** The command, for the shell. */
  readonly command: string;
  /** Our own environment; what is ours in it is not for the command. */
  readonly env: Readonly<Record<string, string>>;
  /** Told if the command fails: the first time as a warning. */
  readonly report: Reporter;
  /** How long the command may take for one event, in milliseconds. */
  readonly timeoutMs?: number;
  /** How long it may still take for all events at the end, in milliseconds. */
  readonly graceMs?: number;
}

/** How many events may wait: far more than a restart has. */
export const MOST_WAITING = 256;

/** How long a process may be there after it was killed, in milliseconds. */
const LAST_WAIT_MS = 1_000;

/** Runs a command for every event. Disposing of it leaves no process behind. */
export class EventCommand implements AsyncDisposable {
  readonly #options: Required<EventCommandOptions>;
  readonly #env: Readonly<Record<string, string>>;
  #waiting: EventRecord[] = [];
  /** Resolve when a process group, by its leader, has no member left. */
  readonly #groups = new Map<number, Promise<void>>();
  #work: Promise<void> | undefined;
  #isClosed = false;
  #leftOut = 0;
  #hasFailed = false;

  constructor(options: EventCommandOptions) {
    this.#options = { timeoutMs: 10_000, graceMs: 1_000, ...options };
    this.#env = gatewayEnvironment(options.env);
  }

  /** Has the command run for an event, soon. Of too many events, the oldest are left out. */
  tell(event: EventRecord): void {
    if (this.#isClosed) return;
    this.#waiting.push(event);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#leftOut++;
      this.#complain("is too slow, so the oldest events are left out", {
        left_out: this.#leftOut,
      });
    }
    this.#work ??= this.#runAll();
  }

  async #runAll(): Promise<void> {
    // What tells of the event goes on first.
    await Promise.resolve();
    for (
      let event = this.#waiting.shift();
      event;
      event = this.#waiting.shift()
    ) {
      await this.#run(event);
    }
    this.#work = undefined;
  }

  /** Runs the command until it leaves; what it has started may stay for the rest of its time. */
  async #run(event: EventRecord): Promise<void> {
    const { timeoutMs } = this.#options;
    let child: Deno.ChildProcess;
    try {
      child = this.#spawn(event);
    } catch (error) {
      this.#complain(`cannot be run: ${error}`);
      return;
    }
    const { pid } = child;
    const timeout = setTimeout(() => signalGroup(pid, "SIGKILL"), timeoutMs);
    const ended = endOf(child).finally(() => clearTimeout(timeout));
    const gone = ended.then(() => groupGone(pid, timeoutMs))
      .finally(() => this.#groups.delete(pid));
    this.#groups.set(pid, gone);
    give(child.stdin, `${JSON.stringify(event)}\n`);
    const startedAt = performance.now();
    const exit = await ended;
    if (exitCodeOf(exit) === 0) return;
    const how = performance.now() - startedAt >= timeoutMs
      ? `was killed after ${timeoutMs / 1_000} s`
      : howItLeft(exit);
    this.#complain(`${how} (for the event "${event.event}")`, fieldsOf(exit));
  }

  #spawn({ event }: EventRecord): Deno.ChildProcess {
    const { program, ...how } = shellFor(this.#options.command, Deno.build.os);
    return new Deno.Command(program, {
      ...how,
      env: { ...this.#env, [EVENT_VARIABLE]: event },
      clearEnv: true,
      // In a group of its own, with all that it starts.
      detached: true,
      stdin: "piped",
      stdout: "null",
      stderr: "inherit",
    }).spawn();
  }

  #complain(
    what: string,
    fields: Omit<EventOf<"on_event_failed">, "event"> = {},
  ): void {
    const { report } = this.#options;
    const event = { event: "on_event_failed", ...fields } as const;
    const text = `the command of --on-event ${what}`;
    if (this.#hasFailed) report.debug(text, event);
    else report.warn(`${text}; this is told once`, event);
    this.#hasFailed = true;
  }

  /** Lets the command finish what it was told, for a grace period, and then ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    const finished = async () => {
      await this.#work;
      await Promise.all(this.#groups.values());
    };
    try {
      await deadline(finished(), this.#options.graceMs);
    } catch {
      this.#waiting = [];
      // Nobody need be told of an end that is ours.
      this.#hasFailed = true;
      for (const pid of this.#groups.keys()) signalGroup(pid, "SIGKILL");
      await deadline(finished(), LAST_WAIT_MS).catch(() => {});
    }
  }
}

/** Writes a text and closes the stream; whoever reads may leave at any moment. */
async function give(
  stream: WritableStream<Uint8Array>,
  text: string,
): Promise<void> {
  const writer = stream.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch {
    // A command need not read.
  }
}
