/**
 * `krakend run`: the way of a change, from the files to a gateway that serves it.
 *
 *     files ─▶ Watcher ─snapshot▶ Debounce ─quiet▶ build ─built▶ step ─effects▶ Driver ─▶ krakend
 *                 ▲ inputs                                         ▲ listening, serving, exited, timers │
 *                 └────────────────────── the loop ────────────────┴──────────────────────────────────────┘
 *
 * Every source posts messages; the loop takes one at a time. No stage calls a
 * later one, and only the loop changes state.
 *
 * @module
 */

import type { Asked } from "./control.ts";
import { attempt, exitCodeFor, messageOf } from "./errors.ts";
import { exitEvent, exitFields } from "./event.ts";
import {
  build,
  type Built,
  type Gateway,
  type Generation,
  isEqual,
  isFlexible,
  publish,
} from "./krakend/generation.ts";
import {
  type ExitReason,
  explainExit,
  findWarnings,
  isServiceOf,
  knownReason,
  type Observed,
} from "./krakend/reasons.ts";
import { formatOf } from "./krakend/config.ts";
import { differences } from "./krakend/diff.ts";
import type { Explanation } from "./krakend/frame.ts";
import type { NamedInput } from "./krakend/inputs.ts";
import type { KeeperEvent } from "./handover/keeper.ts";
import { LoopDetector, MANY_RUNS } from "./loop.ts";
import { Mailbox } from "./mailbox.ts";
import { backoffMs, policyOf, type Session } from "./session.ts";
import { Driver, type Running } from "./supervise/driver.ts";
import {
  generationsIn,
  type Handover,
  initialState,
  type Instance,
  type InstanceEvent,
  isOver,
  type Outcome,
  type Policy,
  step,
  wasRun,
} from "./supervise/supervisor.ts";
import { Debounce, Timer } from "./timer.ts";
import { changedPaths, type Snapshot } from "./watch/snapshot.ts";
import { nameOf } from "./watched.ts";

/** Why a build is made. */
type Purpose = "change" | "reload" | "check";

/** All that can happen. */
type Message =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "quiet" }
  | { readonly kind: "check again"; readonly purpose: Purpose }
  | {
    readonly kind: "built";
    readonly built: Built;
    readonly purpose: Purpose;
    readonly signal: AbortSignal;
  }
  | { readonly kind: "still faulty"; readonly fault: Explanation }
  | { readonly kind: "instance"; readonly event: InstanceEvent<Generation> }
  /** An instance has an address that two cannot share, or lacks one. */
  | KeeperEvent & { readonly kind: "unshared" | "unavailable" }
  | {
    readonly kind: "explained";
    readonly failure: Failure;
    readonly reason: ExitReason;
  }
  | {
    readonly kind: "findings";
    readonly generation: Generation;
    readonly findings: readonly Explanation[];
  }
  | { readonly kind: "asked"; readonly asked: Asked };

/** An instance exited. */
type Failure = Outcome<Generation> & {
  readonly kind: "rejected" | "rolled back" | "exited";
};

/** A change that comes within this time after a reload is part of a burst, in milliseconds. */
const BURST_MS = 1_000;
/** Files that can be half-written and still be valid must not change for so long, in milliseconds. */
const QUIET_MS = 300;

/**
 * Runs a gateway until a signal ends it.
 *
 * @returns The exit code.
 */
export async function runGateway(
  gateway: Gateway,
  session: Session,
): Promise<number> {
  const { options, report } = session;
  const { configFile: config, configPath } = gateway;
  const quietMs = Math.max(QUIET_MS, options.settleMs);

  // What the loop knows. Nothing else changes it.
  let state = initialState<Generation>();
  let snapshot: Snapshot | undefined;
  let snapshotAt = -Infinity;
  /** The snapshot that the last build was started for. */
  let settled: Snapshot | undefined;
  /** When the files were first seen to differ from what was built. */
  let changedAt: number | undefined;
  /** What the configuration names. */
  let named: readonly NamedInput[] = [];
  /** Why the next build is made. */
  let purpose: Purpose = "change";
  let building: AbortController | undefined;
  let retryTimer: Timer | undefined;
  /** Of a check that was asked for. */
  let checking: AbortController | undefined;
  let recheckTimer: Timer | undefined;
  let checkFailures = 0;
  let appliedAt = -Infinity;
  /** What the generation that was applied last has changed. */
  let applied: readonly string[] = [];
  let downSince: number | undefined;
  let isWatching = false;
  let hasServed = false;
  /** Whether anything was reported since the files were as the gateway has them. */
  let isDirty = false;
  /** All that have a copy on disk. */
  const generations = new Set<Generation>();
  /** Those of them that a check still reads. */
  const inCheck: Generation[] = [];
  /** Those with listeners that two gateways cannot share. */
  const exclusive = new WeakSet<Generation>();
  const warned = new Set<string>();
  const loop = new LoopDetector(options.settleMs);

  // The stages.
  const ending = new AbortController();
  const mailbox = new Mailbox<Message>();
  await using keeper = session.keeper({
    onEvent(event) {
      driver.onKeeperEvent(event);
      const { kind } = event;
      if (kind === "unshared" || kind === "unavailable") {
        mailbox.post({ ...event, kind });
      }
    },
    onTrouble: (reason) =>
      isWatching &&
      session.warn(`reloads interrupt the service now: ${reason}`),
  });
  await using watcher = session.watch((snapshot) =>
    mailbox.post({ kind: "snapshot", snapshot })
  );
  using debounce = new Debounce(
    () => mailbox.post({ kind: "quiet" }),
    Math.max(BURST_MS, 2 * quietMs),
  );
  const driver = new Driver<Generation>({
    keeper,
    specOf: (generation) => generation.spec(),
    endpointOf: ({ endpoint }) => endpoint,
    readyMs: options.readyTimeoutMs,
    onEvent: (event) => mailbox.post({ kind: "instance", event }),
    onStarted: (pid) => report({ event: "starting", pid }),
    onOutcome,
  });
  session.listen((asked) => mailbox.post({ kind: "asked", asked }));
  const policy: Policy<Generation> = {
    ...policyOf(options),
    handover,
    get isShared() {
      return canShare();
    },
  };

  for await (const message of mailbox) {
    attempt(() => handle(message));
    attempt(cleanUp);
    if (isOver(state)) break;
  }
  recheckTimer?.cancel();
  for (const it of [ending, building, checking]) it?.abort();
  for (const generation of generations) generation[Symbol.dispose]();
  return exitCodeFor(state.exit);

  function handle(message: Message): void {
    switch (message.kind) {
      case "snapshot":
        return onSnapshot(message.snapshot);
      case "quiet":
        return onQuiet();
      case "check again":
        return message.purpose === "check" ? startCheck() : onQuiet();
      case "built":
        if (!message.signal.aborted) {
          return onBuilt(message.built, message.purpose);
        }
        if (message.built.kind === "generation") {
          message.built.generation[Symbol.dispose]();
        }
        return;
      case "still faulty":
        return reject(message.fault);
      case "instance":
        return supervise(message.event);
      case "unshared":
        return onUnshared(message.pid, message.address);
      case "unavailable":
        return onUnavailable(message);
      case "explained":
        return onExplained(message.failure, message.reason);
      case "findings":
        release(message.generation);
        return message.findings.forEach(warn);
      case "asked":
        return onAsked(message.asked);
    }
  }

  // 1. The files have changed.

  function onSnapshot(next: Snapshot): void {
    if (state.isQuitting) return;
    snapshot = next;
    snapshotAt = performance.now();
    changedAt ??= snapshotAt;
    retryTimer?.cancel();
    building?.abort();
    debounce.schedule(quietTime(changedPaths(settled, next)));
  }

  /** How long the files must not change before a build, in milliseconds. */
  function quietTime(changed: readonly string[]): number {
    if (!settled || changed.length === 0) return 0;
    // JSON that parses is complete; anything else can be half-written.
    const isJson = formatOf(config) === "json" && !isFlexible(gateway);
    if (!isJson || changed.length > 1 || changed[0] !== configPath) {
      return quietMs;
    }
    const isBurst = state.candidate !== undefined ||
      performance.now() - appliedAt < BURST_MS;
    return isBurst ? options.settleMs : 0;
  }

  function onQuiet(): void {
    settled = snapshot;
    const { active } = state;
    const isSame = snapshot?.digest === active?.generation.snapshot.digest;
    if (!isSame || purpose === "reload") return startBuild();
    changedAt = undefined;
    // Gives up a candidate, or a generation that waits.
    if (active && state.wanted !== active.generation) {
      supervise({ kind: "apply", generation: active.generation });
    }
    if (isDirty) report({ event: "reverted", config });
    isDirty = false;
  }

  // 2. A generation is built.

  function startBuild(): void {
    retryTimer?.cancel();
    building?.abort();
    building = new AbortController();
    buildFor(purpose, building.signal);
  }

  function startCheck(): void {
    recheckTimer?.cancel();
    checking?.abort();
    checking = new AbortController();
    buildFor("check", checking.signal);
  }

  function buildFor(purpose: Purpose, signal: AbortSignal): void {
    if (!snapshot) return;
    const isCheck = purpose === "check";
    build(snapshot, {
      gateway,
      folder: session.folder,
      named: isCheck ? undefined : named,
      check: isCheck || needsCheck(),
      isLintFatal: options.lint === "error",
      onNoCopy: (reason) => warn({ reason }),
      signal,
    })
      // Such as a full disk: the active instance serves on.
      .catch((error): Built => ({
        kind: "unchecked",
        reason: messageOf(error),
      }))
      .then((built) => mailbox.post({ kind: "built", built, purpose, signal }));
  }

  /** Whether `krakend check` must run before a boot, since the boot comes too late to be the check. */
  function needsCheck(): boolean {
    const { active } = state;
    if (!options.check) return false;
    // A first boot that fails would end the program.
    if (!active) {
      return options.onExit === "exit" || options.maxRestarts < Infinity;
    }
    return !canShare() || !active.isShared || exclusive.has(active.generation);
  }

  function onBuilt(built: Built, reason: Purpose): void {
    if (built.kind === "inputs") {
      named = built.named;
      watcher.inputs = session.watched.with(named);
      return;
    }
    reportWatching();
    if (built.kind === "unchecked") {
      const retry_ms = backoffMs(++checkFailures);
      report({ event: "check_failed", config, reason: built.reason, retry_ms });
      const timer = new Timer(
        retry_ms,
        () => mailbox.post({ kind: "check again", purpose: reason }),
      );
      // A change makes the retry of an earlier one needless.
      if (reason === "check") recheckTimer = timer;
      else retryTimer = timer;
      return;
    }
    checkFailures = 0;
    if (reason !== "check") purpose = "change";
    if (built.kind === "generation") {
      generations.add(built.generation);
      return reason === "check"
        ? onChecked(built.generation)
        : apply(built.generation, reason === "reload");
    }
    const fault = built.explanation;
    if (reason !== "change") return reject(fault);
    // A file that is being written is faulty for a moment.
    const quietFor = performance.now() - snapshotAt;
    retryTimer = new Timer(
      options.settleMs - quietFor,
      () => mailbox.post({ kind: "still faulty", fault }),
    );
  }

  function apply(generation: Generation, is_forced: boolean): void {
    const before = state.active?.generation;
    const changes = changedPaths(before?.snapshot, generation.snapshot);
    report({
      event: "reloading",
      config,
      changes: before ? changes : [],
      names: before ? changes.map(nameOf) : [],
      differences: before ? differencesBetween(before, generation) : [],
      is_running: before !== undefined,
      is_forced,
      took_ms: timeSinceChange(),
    });
    isDirty = before !== undefined;
    appliedAt = performance.now();
    applied = is_forced ? [] : changes;
    supervise({ kind: "apply", generation });
  }

  function onChecked(generation: Generation): void {
    const { digest } = generation.snapshot;
    const is_active = digest === state.active?.generation.snapshot.digest;
    report({ event: "checked", config, is_active, took_ms: timeSinceChange() });
    warned.clear();
    findLater(generation);
  }

  function reject(fault: Explanation, failure?: Failure): void {
    isDirty = true;
    changedAt = undefined;
    report({
      event: "rejected",
      config,
      is_running: state.isServing,
      ...fieldsOf(fault),
      ...failureFields(failure),
    });
  }

  // 3. Instances start, serve and exit.

  function supervise(event: InstanceEvent<Generation>): void {
    const [next, effects] = step(state, event, policy);
    state = next;
    for (const effect of effects) attempt(() => driver.run(effect));
    if (!state.isServing && state.lastGood) downSince ??= performance.now();
  }

  /** Whether instances can be started under the keeper. */
  function canShare(): boolean {
    return options.overlap && keeper.trouble === undefined;
  }

  function handover(from: Instance<Generation>, to: Generation): Handover {
    const { generation, isShared } = from;
    if (!options.overlap || exclusive.has(generation) || exclusive.has(to)) {
      return "sequential";
    }
    if (canShare() && isShared) return "shared";
    // A port that the old one still has would be missing in the new one.
    const isSure = !generation.mayListenElsewhere && !to.mayListenElsewhere;
    return isSure ? "swap" : "sequential";
  }

  function onUnshared(pid: number, address: string): void {
    const instance = driver.find(pid)?.instance;
    if (!instance || exclusive.has(instance.generation)) return;
    const { generation } = instance;
    exclusive.add(generation);
    warn({
      reason:
        `the gateway listens on ${address}, which two gateways cannot share: a reload stops the old one first`,
    });
    // It may go on without that listener, so it must not run beside the other.
    if (instance.id !== state.candidate?.id) return;
    supervise({ kind: "apply", generation });
  }

  function onOutcome(outcome: Outcome<Generation>): void {
    const id = "id" in outcome ? outcome.id : outcome.instance.id;
    const running = driver.get(id);
    const pid = running?.process.pid ?? 0;
    switch (outcome.kind) {
      case "serving":
        return onServing(outcome.instance, running);
      case "not ready": {
        const { hostname, port } = outcome.instance.generation.endpoint;
        const timeout_ms = options.readyTimeoutMs;
        return report({ event: "not_ready", pid, hostname, port, timeout_ms });
      }
      case "terminating":
      case "killing":
      case "drained":
        return report({ event: outcome.kind, pid });
      case "exited":
        return onExited(outcome, running);
      case "rejected":
      case "rolled back":
        return explainLater(outcome, running);
    }
  }

  /** A gateway goes on without a port that is not its service's, and KrakenD does not always say so. */
  function onUnavailable({ pid, address, reason = "" }: KeeperEvent): void {
    const generation = driver.find(pid)?.instance.generation;
    if (!generation || isServiceOf(generation, address)) return;
    warn({ reason: `${address} ${reason}: the gateway runs without it` });
  }

  function onExited(
    failure: Failure & { kind: "exited" },
    running: Running<Generation> | undefined,
  ): void {
    const { instance: { generation }, next } = failure;
    if (running?.hasServed) return report(exitEvent(failure));
    const reason = knownReason(generation, observed(failure, running));
    return reason !== undefined || next === "exit"
      ? report(exitEvent(failure, { reason }))
      : explainLater(failure, running);
  }

  function onServing(
    instance: Instance<Generation>,
    running: Running<Generation> | undefined,
  ): void {
    const { generation, isRollback = false } = instance;
    const isShared = instance.isShared && canShare() &&
      !exclusive.has(generation);
    const now = performance.now();
    const { port } = generation.endpoint;
    const down_ms = downSince === undefined ? 0 : now - downSince;
    publish(generation, gateway, (reason) => warn({ reason }));
    report({
      event: "ready",
      pid: running?.process.pid ?? 0,
      port,
      boot_ms: now - (running?.startedAt ?? now),
      handover: isShared ? "shared" : "swap",
      down_ms: hasServed ? down_ms : undefined,
      is_rollback: isRollback,
    });
    hasServed = true;
    downSince = undefined;
    if (generation.snapshot.digest === snapshot?.digest) isDirty = false;
    warnOfLoop(now);
    findLater(generation);
  }

  /** A gateway that writes a file that is watched, or a log of it that goes through a pipe, reloads for ever. */
  function warnOfLoop(endedAt: number): void {
    const paths = applied;
    applied = [];
    if (paths.length === 0 || paths.includes(configPath)) return;
    if (!loop.isEndless({ paths, startedAt: appliedAt, endedAt })) return;
    const names = paths.map(nameOf).join(", ");
    session.warn(
      `${names} has changed ${MANY_RUNS} times in a row, each time after a reload: if the gateway writes it, or its log goes there, keep it in a folder that is not watched`,
    );
  }

  /** Finds out why an instance exited before it served: the gateway's own words went past us, to the log. */
  function explainLater(
    failure: Failure,
    running: Running<Generation> | undefined,
  ): void {
    const { generation } = failure.instance;
    inCheck.push(generation);
    const seen = observed(failure, running);
    explainExit(generation, gateway, seen, ending.signal)
      .catch((error): ExitReason => ({
        reason: messageOf(error),
        isRefused: false,
      }))
      .then((reason) => mailbox.post({ kind: "explained", failure, reason }));
  }

  function observed(
    { exit, instance: { isLate } }: Failure,
    running: Running<Generation> | undefined,
  ): Observed {
    return {
      exit,
      hasServed: running?.hasServed === true,
      startedAt: new Date(performance.timeOrigin + (running?.startedAt ?? 0)),
      readyMs: isLate ? options.readyTimeoutMs : undefined,
      bound: running?.bound ?? [],
      unavailable: running?.unavailable ?? [],
    };
  }

  function onExplained(failure: Failure, reason: ExitReason): void {
    const { generation } = failure.instance;
    release(generation);
    switch (failure.kind) {
      case "rejected": {
        const { exit, retryMs } = failure;
        if (retryMs === undefined || wasRun(exit)) {
          return reject(reason, failure);
        }
        const fields = { reason: reason.reason, retry_ms: retryMs };
        return report({ event: "check_failed", config, ...fields });
      }
      case "rolled back": {
        isDirty = true;
        const fields = { ...fieldsOf(reason), ...failureFields(failure) };
        return report({ event: "rolled_back", config, ...fields });
      }
      case "exited":
        if (!reason.isRefused) return report(exitEvent(failure));
        // To start it again would not mend it.
        supervise({ kind: "give up", generation });
        return reject(reason);
    }
  }

  // 4. All the rest.

  function onAsked({ command }: Asked): void {
    if (command === "quit" || command === "kill") {
      debounce.cancel();
      retryTimer?.cancel();
      building?.abort();
      supervise({ kind: "quit", isForced: command === "kill" });
      return;
    }
    // What is asked before the first build is met by it.
    if (!isWatching || state.isQuitting) return;
    changedAt ??= performance.now();
    if (command === "check") return startCheck();
    purpose = "reload";
    startBuild();
  }

  function reportWatching(): void {
    if (isWatching) return;
    isWatching = true;
    const reason = options.overlap ? keeper.trouble : "--no-overlap";
    report({
      event: "watching",
      inputs: snapshot?.isComplete ? snapshot.files.size : null,
      command: [gateway.program, ...gateway.args],
      config,
      handover: reason === undefined ? "shared" : "swap",
      reason,
    });
  }

  /** Finds out what is strange about a configuration, once it is served. */
  function findLater(generation: Generation): void {
    inCheck.push(generation);
    findWarnings(generation, gateway, options.lint, ending.signal)
      .catch((error) => [{ reason: messageOf(error) }])
      .then((findings) =>
        mailbox.post({ kind: "findings", generation, findings })
      );
  }

  /** One check of a generation has ended. */
  function release(generation: Generation): void {
    inCheck.splice(inCheck.indexOf(generation), 1);
  }

  /** Reports a warning, once. */
  function warn(finding: Explanation): void {
    if (warned.has(finding.reason)) return;
    warned.add(finding.reason);
    report({ event: "warning", ...fieldsOf(finding) });
  }

  function timeSinceChange(): number {
    const now = performance.now();
    const took = now - (changedAt ?? now);
    changedAt = undefined;
    return took;
  }

  /** Removes the copies that are of no use any more. */
  function cleanUp(): void {
    const inUse = generationsIn(state);
    for (const generation of generations) {
      if (inUse.has(generation) || inCheck.includes(generation)) continue;
      generations.delete(generation);
      generation[Symbol.dispose]();
    }
  }
}

/** Returns how an instance ended, as fields of an event. */
function failureFields(failure: Failure | undefined) {
  if (!failure) return {};
  const { exit, retryMs } = failure;
  // One that had to be killed, as it did not listen, has no exit of its own.
  const isOwn = exit.error === undefined && !failure.instance.isLate;
  return { ...isOwn ? exitFields(exit) : {}, retry_ms: retryMs };
}

/** Returns an explanation as fields of an event. */
function fieldsOf({ reason, place, frame }: Explanation) {
  return { reason, ...place, frame };
}

/** Returns what a generation changes, in KrakenD's terms. */
function differencesBetween(before: Generation, after: Generation): string[] {
  const isKnown = before.config !== undefined && after.config !== undefined;
  const isSame = isEqual(before.content, after.content);
  return isKnown && !isSame ? differences(before.config, after.config) : [];
}
