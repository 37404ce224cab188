/**
 * Commands and services of other programs: the lines of reflex.
 *
 *     files ─▶ Watcher ─snapshot▶ Changes ─due▶ run the command, or apply the service
 *                                    ▲ ended, exited, timers │
 *                                    └────── the loop ───────┘
 *
 * @module
 */

import { CHANGED_VARIABLE } from "./cli/table.ts";
import type { Asked } from "./control.ts";
import { attempt, exitCodeFor, messageOf } from "./errors.ts";
import { exitEvent, exitFields } from "./event.ts";
import { findProgram } from "./krakend/command.ts";
import { LoopDetector, MANY_RUNS } from "./loop.ts";
import { Mailbox } from "./mailbox.ts";
import { policyOf, type Session } from "./session.ts";
import { Driver } from "./supervise/driver.ts";
import {
  type Process,
  type ProcessSpec,
  startProcess,
} from "./supervise/process.ts";
import {
  type Exit,
  initialState,
  type InstanceEvent,
  isOver,
  type Outcome,
  type Policy,
  type Runnable,
  step,
} from "./supervise/supervisor.ts";
import { Timer } from "./timer.ts";
import { MISSING } from "./watch/files.ts";
import { changedPaths, type Snapshot } from "./watch/snapshot.ts";
import { nameOf } from "./watched.ts";

/** The command of another program. */
export interface Job {
  /** As it was given. */
  readonly command: readonly string[];
  /** The symbol in it that stands for the file that changed; undefined if it is not in there. */
  readonly symbol: string | undefined;
  /** How to run it while nothing has changed. */
  readonly spec: ProcessSpec;
}

/** No run is put off for longer than this, in milliseconds. */
const LONGEST_BURST_MS = 2_000;
/** The most that the variable with the changes holds, in bytes: Linux takes no text of more than 128 KiB. */
const MOST_CHANGES = 100_000;

type Message =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "due" }
  | { readonly kind: "ended"; readonly exit: Exit }
  | { readonly kind: "asked"; readonly asked: Asked }
  | { readonly kind: "instance"; readonly event: InstanceEvent<Version> };

/** A service with what has changed since the start of the last one. */
interface Version extends Runnable {
  readonly names: readonly string[];
}

/**
 * Runs a command at every change, until a signal ends it.
 *
 * @returns The exit code.
 */
export async function runCommand(job: Job, session: Session): Promise<number> {
  const { options, report } = session;
  const { command, symbol } = job;
  const { settleMs, shutdownTimeoutMs } = options;
  const isPerFile = symbol !== undefined;
  const mailbox = new Mailbox<Message>();
  await using _watcher = session.watch((snapshot) =>
    mailbox.post({ kind: "snapshot", snapshot })
  );
  await using keeper = session.keeper();
  session.listen((asked) => mailbox.post({ kind: "asked", asked }));
  const onDue = () => mailbox.post({ kind: "due" });
  using changes = new Changes(settleMs, isPerFile, onDue);
  let running: Run | undefined;
  /** Whether all files are listed, so that changes count. */
  let isWatching = false;
  let isQueued = false;
  let isQuitting = false;
  const loop = new LoopDetector(settleMs);

  function start(paths: readonly string[]): void {
    const names = paths.map(nameOf);
    const base = { command, changes: paths, names, is_per_file: isPerFile };
    try {
      const process = startProcess(specFor(job, names));
      running = { paths, names, process, startedAt: performance.now() };
      keeper.watch(process.pid);
      report({ event: "running", ...base, is_service: false });
      process.exited.then((exit) => mailbox.post({ kind: "ended", exit }));
    } catch (error) {
      report({
        event: "start_failed",
        name: command[0] ?? "",
        reason: messageOf(error),
        next: "wait",
      });
      changes.finish();
    }
  }

  function onEnd(exit: Exit, { paths, names, process, startedAt }: Run): void {
    const endedAt = performance.now();
    running = undefined;
    isQueued = false;
    keeper.forget(process.pid);
    changes.finish();
    if (isQuitting) return;
    report({
      event: "ended",
      command,
      names: isPerFile ? names : [],
      ...exitFields(exit),
      ran_ms: endedAt - startedAt,
    });
    if (!loop.isEndless({ paths, startedAt, endedAt })) return;
    const reason = `${
      command[0]
    } has run ${MANY_RUNS} times in a row: if it changes what it runs for, exclude that with -R or -G`;
    report({ event: "warning", reason });
  }

  /** Starts the next run, if one is due. */
  function next(): void {
    if (running || isQuitting) return;
    const paths = changes.take();
    if (paths) start(paths);
  }

  function handle(message: Message): void {
    switch (message.kind) {
      case "snapshot": {
        if (isQuitting) break;
        const { snapshot } = message;
        const paths = changes.add(snapshot);
        if (snapshot.isComplete && !isWatching) {
          isWatching = true;
          report({ event: "watching", inputs: snapshot.files.size, command });
        } else if (running && !isPerFile && !isQueued && paths.length > 0) {
          isQueued = true;
          report({
            event: "queued",
            command,
            names: paths.map(nameOf),
            ran_ms: performance.now() - running.startedAt,
          });
        }
        break;
      }
      case "ended":
        if (running) onEnd(message.exit, running);
        break;
      case "asked":
        if (message.asked.command === "quit") {
          isQuitting = true;
          running?.process.signal("SIGTERM");
          new Timer(
            shutdownTimeoutMs,
            () => running?.process.signal("SIGKILL"),
          );
        } else if (message.asked.command === "kill") {
          running?.process.signal("SIGKILL");
        } else if (!isQuitting) {
          const reason = "the command runs at the next change";
          report({ event: "info", reason });
        }
        break;
    }
  }

  for await (const message of mailbox) {
    attempt(() => handle(message));
    if (isQuitting && !running) break;
    attempt(next);
  }
  return 0;
}

/**
 * Keeps a service running, and restarts it at every change, until a signal
 * ends it.
 *
 * @returns The exit code.
 */
export async function runService(job: Job, session: Session): Promise<number> {
  const { options, report } = session;
  const { command, spec } = job;
  const [name = ""] = command;
  const mailbox = new Mailbox<Message>();
  const post = (event: InstanceEvent<Version>) =>
    mailbox.post({ kind: "instance", event });
  await using _watcher = session.watch((snapshot) =>
    mailbox.post({ kind: "snapshot", snapshot })
  );
  await using keeper = session.keeper();
  session.listen((asked) => mailbox.post({ kind: "asked", asked }));
  const onDue = () => mailbox.post({ kind: "due" });
  using changes = new Changes(options.settleMs, false, onDue);
  const policy: Policy<Version> = {
    ...policyOf(options),
    // As with reflex: such as a build that failed, it needs other files.
    onExit: options.onExit ?? "wait",
    rollback: false,
    handover: () => "sequential",
    isShared: false,
  };
  /** Since the last start. */
  const changed = new Set<string>();
  const driver = new Driver<Version>({
    keeper,
    specOf(version) {
      changed.clear();
      return { ...spec, env: withChanges(spec.env, version.names) };
    },
    endpointOf: () => undefined,
    readyMs: options.readyTimeoutMs,
    onEvent: post,
    onStarted: (pid) => report({ event: "starting", pid, name }),
    onOutcome,
  });
  let state = initialState<Version>();
  let isWatching = false;

  function supervise(event: InstanceEvent<Version>): void {
    const [next, effects] = step(state, event, policy);
    state = next;
    for (const effect of effects) attempt(() => driver.run(effect));
  }

  function apply(): void {
    const version = { names: [...changed], isConsumer: false };
    supervise({ kind: "apply", generation: version });
  }

  function onOutcome(outcome: Outcome<Version>): void {
    switch (outcome.kind) {
      case "terminating":
      case "killing": {
        const pid = driver.get(outcome.id)?.process.pid ?? 0;
        return report({ event: outcome.kind, pid, name });
      }
      case "exited":
        return report(exitEvent(outcome, { name }));
    }
  }

  function handle(message: Message): void {
    switch (message.kind) {
      case "snapshot": {
        const { snapshot } = message;
        // It does not wait for a listing.
        if (changes.isNew) apply();
        changes.add(snapshot);
        if (!snapshot.isComplete || isWatching) break;
        isWatching = true;
        report({ event: "watching", inputs: snapshot.files.size, command });
        break;
      }
      case "due": {
        const paths = changes.take();
        if (!paths || state.isQuitting) break;
        changes.finish();
        const names = paths.map(nameOf);
        for (const it of names) changed.add(it);
        const flags = { is_per_file: false, is_service: true };
        report({ event: "running", command, changes: paths, names, ...flags });
        apply();
        break;
      }
      case "instance":
        supervise(message.event);
        break;
      case "asked": {
        const { command: asked } = message.asked;
        if (asked === "quit" || asked === "kill") {
          supervise({ kind: "quit", isForced: asked === "kill" });
        } else if (state.isQuitting) {
          break;
        } else if (asked === "reload") {
          report({ event: "info", reason: `restarting ${name} as asked` });
          apply();
        } else {
          report({ event: "info", reason: `${name} has no check` });
        }
        break;
      }
    }
  }

  for await (const message of mailbox) {
    attempt(() => handle(message));
    if (isOver(state)) break;
  }
  return exitCodeFor(state.exit);
}

/** A command that runs. */
interface Run {
  readonly paths: readonly string[];
  readonly names: readonly string[];
  readonly process: Process;
  readonly startedAt: number;
}

/** Remembers what has changed until a command has run for it. */
class Changes implements Disposable {
  readonly #changes = new Map<string, { since: number; latest: number }>();
  /** What a command has last run for. */
  readonly #base = new Map<string, string | undefined>();
  #latest: Snapshot | undefined;
  /** What a command runs for. */
  #running: readonly string[] | undefined;
  /** Changed while a command runs that may have read them. */
  readonly #touched = new Set<string>();
  #timer: Timer | undefined;

  constructor(
    /** Files must not change for so long before a command runs for them, in milliseconds. */
    readonly settleMs: number,
    /** Whether a command runs for each file, and not for all at once. */
    readonly isPerFile: boolean,
    /** Called when it is time for {@linkcode Changes.take}. */
    readonly onDue: () => void,
  ) {}

  /** Whether there was no snapshot yet. */
  get isNew(): boolean {
    return this.#latest === undefined;
  }

  /** Takes a snapshot, and returns what has changed since the last one. What the first one has is no change. */
  add(snapshot: Snapshot): readonly string[] {
    const before = this.#latest;
    this.#latest = snapshot;
    if (!before) return [];
    const now = performance.now();
    const paths = changedPaths(before, snapshot);
    for (const path of paths) {
      if (this.#running && (!this.isPerFile || this.#running.includes(path))) {
        this.#touched.add(path);
      }
      if (!this.#base.has(path)) this.#base.set(path, digestIn(before, path));
      const since = this.#changes.get(path)?.since ?? now;
      this.#changes.set(path, { since, latest: now });
      // Again as it was.
      const isBack = this.#base.get(path) === digestIn(snapshot, path);
      if (isBack && !this.#touched.has(path)) this.#changes.delete(path);
    }
    this.#schedule();
    return paths;
  }

  /** Returns what to run for now; undefined if nothing is due. The command runs until {@linkcode finish}. */
  take(): readonly string[] | undefined {
    const due = this.#due();
    if (!due) return undefined;
    for (const path of due) {
      this.#changes.delete(path);
      this.#base.delete(path);
      this.#touched.delete(path);
    }
    return this.#running = due;
  }

  /** The command has ended. */
  finish(): void {
    this.#running = undefined;
    this.#schedule();
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
  }

  #due(): readonly string[] | undefined {
    const now = performance.now();
    if (this.isPerFile) {
      for (const [path, change] of this.#changes) {
        if (this.#dueAt([change]) > now) continue;
        // A command that gets the name of a file can do nothing without it.
        const { digest = MISSING } = this.#latest?.files.get(path) ?? {};
        if (digest !== MISSING) return [path];
        this.#changes.delete(path);
      }
      return undefined;
    }
    if (this.#dueAt([...this.#changes.values()]) > now) return undefined;
    return [...this.#changes.keys()].sort();
  }

  #dueAt(changes: readonly { since: number; latest: number }[]): number {
    if (changes.length === 0) return Infinity;
    const latest = changes.reduce((max, it) => Math.max(max, it.latest), 0);
    const since = changes.reduce(
      (min, it) => Math.min(min, it.since),
      Infinity,
    );
    return Math.min(latest + this.settleMs, since + LONGEST_BURST_MS);
  }

  #schedule(): void {
    this.#timer?.cancel();
    const changes = [...this.#changes.values()];
    const dueAt = this.isPerFile
      ? changes.reduce((min, it) => Math.min(min, this.#dueAt([it])), Infinity)
      : this.#dueAt(changes);
    if (dueAt === Infinity) return;
    const ms = dueAt - performance.now();
    this.#timer = new Timer(ms, this.onDue);
  }
}

function digestIn(snapshot: Snapshot, path: string): string | undefined {
  return snapshot.files.get(path)?.digest;
}

/** Returns how to run the command for files that have changed. */
function specFor(job: Job, names: readonly string[]): ProcessSpec {
  const { command, symbol, spec } = job;
  const env = withChanges(spec.env, names);
  const [path] = names;
  if (symbol === undefined || path === undefined) return { ...spec, env };
  // A function, as "$&" in a path is part of its name.
  const [name = "", ...args] = command.map((word) =>
    word.replaceAll(symbol, () => path)
  );
  const isOpen = name !== command[0];
  const program = isOpen ? findProgram(name, spec.env["PATH"]) : spec.program;
  return { ...spec, program, args, env };
}

function withChanges(
  env: Readonly<Record<string, string>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  if (names.length === 0) return env;
  const text = names.join("\n");
  const { length } = new TextEncoder().encode(text);
  return { ...env, [CHANGED_VARIABLE]: length > MOST_CHANGES ? "." : text };
}
