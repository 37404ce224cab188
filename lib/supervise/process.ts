/**
 * A gateway as a process that leaves nothing behind.
 *
 * @module
 */

import { deadline } from "@std/async";
import type { Decoration } from "../decoration.ts";
import { groupGone, signalGroup } from "../system/process_group.ts";
import { endOf, type Exit } from "../system/exit.ts";
import { Marker } from "./marker.ts";
import { passOn, Tail } from "./output.ts";

/** What to run. */
export interface ProcessSpec {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** The working folder. */
  readonly cwd: string;
  /** How long processes may stay that the program left behind, in milliseconds. */
  readonly graceMs: number;
  /** How the lines of its output are marked; not at all unless given. */
  readonly decoration?: Decoration;
}

/** A process in a group of its own. */
export interface Process {
  readonly pid: number;
  /** Resolves when the process and everything that it started is gone. */
  readonly exited: Promise<Exit>;
  /** The last lines of its output; none where that goes to a terminal. */
  readonly lastLines: readonly string[];
  /** Its output is of no interest any more, only passed on. */
  forgetLines(): void;
  /** Asks the whole group to leave. */
  terminate(): void;
  /** Ends the whole group. */
  kill(): void;
}

/** How long to wait for output that is still on its way when a process has left, in milliseconds. */
const LAST_OUTPUT_MS = 500;

/**
 * Starts a process in a session and process group of its own.
 *
 * Its output goes to our own streams: through us, so that the report can tell
 * what it said last; but directly to a terminal, as it may look different
 * there, unless its lines are to be marked.
 *
 * @throws If the program cannot be started.
 */
export function startProcess(spec: ProcessSpec): Process {
  const child = new Deno.Command(spec.program, {
    args: [...spec.args],
    cwd: spec.cwd,
    env: { ...spec.env },
    clearEnv: true,
    detached: true,
    stdin: "null",
    stdout: howToPass(Deno.stdout, spec),
    stderr: howToPass(Deno.stderr, spec),
  }).spawn();
  const { pid } = child;
  const tail = new Tail();
  const passing = Promise.all([
    howToPass(Deno.stdout, spec) === "inherit" ||
    passOn(child.stdout, Deno.stdout, { tail, marker: markerOf(spec) }),
    howToPass(Deno.stderr, spec) === "inherit" ||
    passOn(child.stderr, Deno.stderr, { tail, marker: markerOf(spec) }),
  ]);
  return {
    pid,
    exited: wholeExit(child, spec.graceMs, passing),
    get lastLines() {
      return tail.lines;
    },
    forgetLines: () => tail.close(),
    terminate: () => signalGroup(pid, "SIGTERM"),
    kill: () => signalGroup(pid, "SIGKILL"),
  };
}

function howToPass(stream: typeof Deno.stdout, spec: ProcessSpec) {
  return stream.isTerminal() && !markerOf(spec) ? "inherit" : "piped";
}

/** A marker for one stream, if its lines are to be marked. */
function markerOf({ decoration = "none" }: ProcessSpec): Marker | undefined {
  return decoration === "none" ? undefined : new Marker(decoration);
}

async function wholeExit(
  child: Deno.ChildProcess,
  graceMs: number,
  passing: Promise<unknown>,
): Promise<Exit> {
  const exit = await endOf(child);
  // What a gateway leaves behind may hold its port.
  signalGroup(child.pid, "SIGTERM");
  await groupGone(child.pid, graceMs);
  // Who has left the group may hold the streams for ever.
  await deadline(passing, LAST_OUTPUT_MS).catch(() => {});
  return exit;
}
