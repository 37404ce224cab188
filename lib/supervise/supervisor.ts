/**
 * Decides what becomes of instances, as one pure function: `step(state, event)`.
 *
 * | role      | the instance                                                       |
 * |-----------|--------------------------------------------------------------------|
 * | active    | has the port, or boots and is to get it                            |
 * | candidate | boots beside the active one; one that fails changes nothing        |
 * | draining  | is replaced: within the grace period it can become active again, after it it has SIGTERM and finishes its requests |
 *
 * @module
 */

/**
 * How the port passes from one instance to the next.
 *
 * - `shared`: both listen for a moment, nobody is refused,
 * - `swap`: the old one gets SIGTERM, the new one starts at once,
 * - `sequential`: the same, but the new one starts when the old one has exited.
 */
export type Handover = "shared" | "swap" | "sequential";

/** What to do when an instance exits by itself. */
export type ExitPolicy = "restart" | "wait" | "exit";

/** How a process ended. */
export interface Exit {
  /** Of one that a signal ended, 128 and the signal's number. */
  readonly code: number;
  readonly signal?: Deno.Signal;
  /** Set if it could not be started. */
  readonly error?: string;
}

/** What an instance runs. Two are the same only if they are the same object. */
export interface Runnable {
  /** Whether an instance that is given up early needs SIGTERM, since it may have taken messages of a queue. */
  readonly isConsumer: boolean;
}

/** A process that runs a generation. `id` names it in events and effects. */
export interface Instance<G> {
  readonly id: number;
  readonly generation: G;
  /** Whether its sockets are the keeper's: only such a one can share its port with the next. */
  readonly isShared: boolean;
  /** Whether it runs the last good generation in place of one that failed. */
  readonly isRollback?: boolean;
  /** Set if it did not listen within the ready timeout. */
  readonly isLate?: boolean;
}

/** An instance that is replaced. */
export interface Draining<G> extends Instance<G> {
  readonly isTerminated: boolean;
}

/** All that the supervisor knows. */
export interface State<G> {
  readonly active?: Instance<G>;
  /** Whether the active instance listens. */
  readonly isServing: boolean;
  readonly candidate?: Instance<G>;
  /** Newest last. */
  readonly draining: readonly Draining<G>[];
  /** The generation that is to run in the end. */
  readonly wanted?: G;
  /** Set if `wanted` starts when nothing drains any more. */
  readonly isWaiting: boolean;
  /** Set if `wanted` starts after the backoff of this turn. */
  readonly isBackingOff: boolean;
  readonly turn: number;
  /** The last one that served. */
  readonly lastGood?: G;
  /** Exits in a row without a healthy time in between. */
  readonly failures: number;
  /** Starts of the active generation that failed while an older instance was alive. */
  readonly attempts: number;
  readonly isQuitting: boolean;
  /** Set if an exit ends the program, too. */
  readonly exit?: Exit;
  readonly nextId: number;
}

/** What happens to instances. */
export type InstanceEvent<G> =
  | {
    readonly kind:
      | "apply"
      /** It cannot run, so it is not started again. */
      | "give up";
    readonly generation: G;
  }
  | {
    readonly kind:
      /** It has booted and asks to listen. */
      | "listening"
      | "serving"
      | "ready timeout"
      | "grace over"
      | "shutdown timeout"
      | "healthy";
    readonly id: number;
  }
  | {
    readonly kind: "exited";
    readonly id: number;
    readonly exit: Exit;
    /** Whether another process listens on its port. */
    readonly isPortTaken?: boolean;
    /** Whether it could not be put under the keeper, and so was never started. */
    readonly isUnshared?: boolean;
  }
  | { readonly kind: "backoff over"; readonly turn: number }
  | { readonly kind: "quit"; readonly isForced: boolean };

/** Actions, in order. */
export type Effect<G> =
  | { readonly do: "start"; readonly instance: Instance<G> }
  | { readonly do: "let serve" | "terminate" | "kill"; readonly id: number }
  | {
    readonly do: "set timer";
    readonly ms: number;
    readonly event: InstanceEvent<G>;
  }
  | { readonly do: "report"; readonly outcome: Outcome<G> };

/** What is worth a report. */
export type Outcome<G> =
  | {
    readonly kind: "serving" | "not ready";
    readonly instance: Instance<G>;
  }
  | {
    readonly kind: "terminating" | "killing" | "drained";
    readonly id: number;
  }
  | {
    /** A generation failed: a candidate, or one in whose place an older one runs again. */
    readonly kind: "rejected" | "rolled back";
    readonly instance: Instance<G>;
    readonly exit: Exit;
    /** The time until it is tried again; undefined if only a change does that. */
    readonly retryMs?: number;
  }
  | {
    readonly kind: "exited";
    readonly instance: Instance<G>;
    readonly exit: Exit;
    readonly next: ExitPolicy;
    readonly retryMs: number;
  };

/** What decisions depend on besides state and event. Times are in milliseconds. */
export interface Policy<G> {
  /** How the port passes from the active instance to one of another generation. */
  readonly handover: (from: Instance<G>, to: G) => Handover;
  /** Whether instances can be started under the keeper. */
  readonly isShared: boolean;
  readonly onExit: ExitPolicy;
  readonly maxRestarts: number;
  /** Whether the last good generation takes the place of one that does not become ready. */
  readonly rollback: boolean;
  readonly backoffMs: (failures: number) => number;
  /** An instance that has run for so long counts as healthy. */
  readonly healthyMs: number;
  /** From the new instance serving to SIGTERM for the old one. */
  readonly graceMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly shutdownMs: number;
}

type Step<G> = readonly [State<G>, readonly Effect<G>[]];

/** More instances than that, each with its memory, do not drain: the next reload waits for one to end. */
export const MAX_DRAINING = 4;

/** Returns the state before anything has happened. */
export function initialState<G>(): State<G> {
  return {
    isServing: false,
    draining: [],
    isWaiting: false,
    isBackingOff: false,
    turn: 0,
    failures: 0,
    attempts: 0,
    isQuitting: false,
    nextId: 1,
  };
}

/** Whether all instances have ended, on purpose. */
export function isOver<G>(s: State<G>): boolean {
  return s.isQuitting && instancesIn(s).length === 0;
}

/** Returns the generations that may be started again, or run. */
export function generationsIn<G>(s: State<G>): Set<G> {
  const generations = instancesIn(s).map(({ generation }) => generation);
  for (const it of [s.wanted, s.lastGood]) if (it) generations.push(it);
  return new Set(generations);
}

/** Answers an event. Events of instances that are gone change nothing. */
export function step<G extends Runnable>(
  s: State<G>,
  event: InstanceEvent<G>,
  policy: Policy<G>,
): Step<G> {
  switch (event.kind) {
    case "apply":
      return s.isQuitting
        ? [s, []]
        : apply({ ...s, failures: 0 }, event.generation, policy);
    case "give up":
      return giveUpOn(s, event.generation);
    case "listening":
      return isRunning(s, event.id)
        ? [s, [{ do: "let serve", id: event.id }]]
        : [s, []];
    case "serving":
      return serving(s, event.id, policy);
    case "ready timeout":
      return readyTimeout(s, event.id, policy);
    case "exited":
      return exited(s, event, policy);
    case "healthy":
      return event.id === s.active?.id ? [{ ...s, failures: 0 }, []] : [s, []];
    case "backoff over":
      return backoffOver(s, event.turn, policy);
    case "grace over":
      return graceOver(s, event.id, policy);
    case "shutdown timeout":
      return [s, isEnding(s, event.id) ? kill(event.id) : []];
    case "quit":
      return quit(s, event.isForced, policy);
  }
}

/** Makes a generation the one that runs, or is to run. */
function apply<G extends Runnable>(
  before: State<G>,
  generation: G,
  policy: Policy<G>,
): Step<G> {
  const [s, discard] = discardCandidate({
    ...before,
    wanted: generation,
    isBackingOff: false,
    turn: before.turn + 1,
    attempts: 0,
  }, policy);
  const { active } = s;
  if (s.isWaiting || generation === active?.generation) return [s, discard];
  if (!active) return after(discard, start(s, generation, policy));
  if (s.draining.length >= MAX_DRAINING) return [s, discard];
  const handover = policy.handover(active, generation);
  if (handover === "shared" && active.isShared && s.isServing) {
    return after(discard, startCandidate(s, generation));
  }
  const [ended, end] = retire(s, active, policy);
  return after(
    [...discard, ...end],
    handover === "sequential"
      ? [{ ...ended, isWaiting: true }, []]
      : start(ended, generation, policy),
  );
}

function serving<G extends Runnable>(
  s: State<G>,
  id: number,
  policy: Policy<G>,
): Step<G> {
  const instance = [s.active, s.candidate].find((it) => it?.id === id);
  if (!instance) return [s, []];
  const { candidate: _, ...rest } = s;
  const next: State<G> = {
    ...(instance === s.active ? s : rest),
    active: instance,
    isServing: true,
    attempts: 0,
    lastGood: instance.generation,
  };
  const effects: Effect<G>[] = [
    { do: "report", outcome: { kind: "serving", instance } },
    { do: "set timer", ms: policy.healthyMs, event: { kind: "healthy", id } },
  ];
  if (!s.active || instance === s.active) {
    return after(effects, resume(next, policy));
  }
  const old = s.active;
  return [
    { ...next, draining: [...s.draining, { ...old, isTerminated: false }] },
    [...effects, {
      do: "set timer",
      ms: policy.graceMs,
      event: { kind: "grace over", id: old.id },
    }],
  ];
}

function readyTimeout<G extends Runnable>(
  s: State<G>,
  id: number,
  policy: Policy<G>,
): Step<G> {
  const { active, candidate } = s;
  if (candidate && id === candidate.id) {
    const late = { ...candidate, isLate: true };
    return [{ ...s, candidate: late }, giveUp(late, policy)];
  }
  if (!active || id !== active.id || s.isServing) return [s, []];
  const late = { ...active, isLate: true };
  if (policy.rollback && s.lastGood && s.lastGood !== active.generation) {
    return [{ ...s, active: late }, giveUp(late, policy)];
  }
  // It is all there is: a slow one is better than none.
  return [s, [{
    do: "report",
    outcome: { kind: "not ready", instance: late },
  }]];
}

function exited<G extends Runnable>(
  s: State<G>,
  event: InstanceEvent<G> & { kind: "exited" },
  policy: Policy<G>,
): Step<G> {
  const { id, exit, isUnshared } = event;
  const { active, candidate, ...rest } = s;
  if (id === candidate?.id) {
    const without: State<G> = { ...rest, ...(active ? { active } : {}) };
    return isUnshared && !s.isQuitting
      ? apply(without, candidate.generation, policy)
      : reject(without, candidate, exit, policy);
  }
  if (id !== active?.id) {
    const draining = s.draining.filter((it) => it.id !== id);
    if (draining.length === s.draining.length) return [s, []];
    const report: Effect<G> = {
      do: "report",
      outcome: { kind: "drained", id },
    };
    return after([report], resume({ ...s, draining }, policy));
  }
  const gone: State<G> = { ...rest, isServing: false };
  if (s.isQuitting) return [candidate ? { ...gone, candidate } : gone, []];
  // Within the grace period the one before still accepts connections.
  const before = s.draining.findLast((it) => !it.isTerminated);
  if (before) {
    return revert(candidate ? { ...gone, candidate } : gone, {
      before,
      failed: active,
      exit,
      policy,
    });
  }
  if (candidate) {
    return [{ ...gone, active: candidate }, [exitReport(active, exit, 0)]];
  }
  return s.isServing
    ? crashed(gone, { instance: active, exit, hasServed: true, policy })
    : failedToStart(gone, active, event, policy);
}

/** An active instance exited before it served. */
function failedToStart<G extends Runnable>(
  s: State<G>,
  failed: Instance<G>,
  { exit, isUnshared, isPortTaken }: InstanceEvent<G> & { kind: "exited" },
  policy: Policy<G>,
): Step<G> {
  const { generation } = failed;
  const mayCollide = s.draining.length > 0 && !failed.isLate;
  if (isUnshared || mayCollide && s.attempts === 0) {
    return start({ ...s, attempts: s.attempts + 1 }, generation, policy);
  }
  if (mayCollide && isPortTaken) {
    return [{ ...s, wanted: s.wanted ?? generation, isWaiting: true }, []];
  }
  const { lastGood } = s;
  if (policy.rollback && lastGood && lastGood !== generation) {
    // A newer generation that waits for room comes next, not the one that failed.
    const wanted = s.wanted === generation ? lastGood : s.wanted ?? lastGood;
    const [next, effects] = start({ ...s, wanted }, lastGood, policy, true);
    const outcome = { kind: "rolled back" as const, instance: failed, exit };
    return [next, [{ do: "report", outcome }, ...effects]];
  }
  return crashed(s, { instance: failed, exit, hasServed: false, policy });
}

/** The only instance exited by itself. */
function crashed<G extends Runnable>(
  s: State<G>,
  { instance, exit, hasServed, policy }: {
    instance: Instance<G>;
    exit: Exit;
    hasServed: boolean;
    policy: Policy<G>;
  },
): Step<G> {
  const failures = s.failures + 1;
  const wanted = s.wanted ?? instance.generation;
  const isHopeless = failures > policy.maxRestarts;
  if (isHopeless || policy.onExit === "exit") {
    const [next, effects] = quit({ ...s, exit }, false, policy);
    return [next, [exitReport(instance, exit, 0, "exit"), ...effects]];
  }
  if (policy.onExit === "wait") {
    const { wanted: _, ...rest } = s;
    return [{ ...rest, failures }, [exitReport(instance, exit, 0, "wait")]];
  }
  // One that has served is started again at once.
  const retryMs = policy.backoffMs(hasServed ? s.failures : failures);
  const [next, timer] = backOff({ ...s, failures, wanted }, retryMs);
  return [next, [exitReport(instance, exit, retryMs), ...timer]];
}

/** A candidate failed: the active instance was never touched. */
function reject<G extends Runnable>(
  s: State<G>,
  instance: Instance<G>,
  exit: Exit,
  policy: Policy<G>,
): Step<G> {
  const kind = "rejected" as const;
  if (!policy.rollback && !s.isQuitting) {
    const retryMs = policy.backoffMs(s.failures + 1);
    const [next, timer] = backOff({ ...s, failures: s.failures + 1 }, retryMs);
    const outcome = { kind, instance, exit, retryMs };
    return [next, [{ do: "report", outcome }, ...timer]];
  }
  const next = s.active ? { ...s, wanted: s.active.generation } : s;
  return [next, [{ do: "report", outcome: { kind, instance, exit } }]];
}

/** Makes an instance that still accepts connections the active one again. */
function revert<G extends Runnable>(
  s: State<G>,
  { before, failed, exit, policy }: {
    before: Draining<G>;
    failed: Instance<G>;
    exit: Exit;
    policy: Policy<G>;
  },
): Step<G> {
  const { isTerminated: _, ...active } = before;
  const next: State<G> = {
    ...s,
    active,
    isServing: true,
    lastGood: active.generation,
    draining: s.draining.filter(({ id }) => id !== before.id),
  };
  const outcome = { kind: "rolled back" as const, instance: failed, exit };
  if (s.wanted !== failed.generation) {
    return [next, [{ do: "report", outcome }]];
  }
  if (policy.rollback) {
    return [{ ...next, wanted: active.generation }, [{
      do: "report",
      outcome,
    }]];
  }
  const retryMs = policy.backoffMs(s.failures + 1);
  const [waiting, timer] = backOff(
    { ...next, failures: s.failures + 1 },
    retryMs,
  );
  return [waiting, [
    { do: "report", outcome: { ...outcome, retryMs } },
    ...timer,
  ]];
}

/** Waits for another generation than one that is started again and again. */
function giveUpOn<G>(s: State<G>, generation: G): Step<G> {
  if (s.active || !s.isBackingOff || s.wanted !== generation) return [s, []];
  const { wanted: _, ...rest } = s;
  return [{ ...rest, isBackingOff: false }, []];
}

function backOff<G>(s: State<G>, ms: number): Step<G> {
  const turn = s.turn + 1;
  const event = { kind: "backoff over" as const, turn };
  return [{ ...s, turn, isBackingOff: true }, [{ do: "set timer", ms, event }]];
}

function backoffOver<G extends Runnable>(
  s: State<G>,
  turn: number,
  policy: Policy<G>,
): Step<G> {
  if (!s.isBackingOff || turn !== s.turn || s.isQuitting) return [s, []];
  return resume({ ...s, isBackingOff: false }, policy);
}

/** Starts what had to wait: for the backoff, or for an instance to end. */
function resume<G extends Runnable>(s: State<G>, policy: Policy<G>): Step<G> {
  const { active, wanted } = s;
  if (s.isQuitting || s.isBackingOff || !wanted) return [s, []];
  if (s.isWaiting) {
    return s.draining.length > 0
      ? [s, []]
      : start({ ...s, isWaiting: false }, wanted, policy);
  }
  if (s.candidate || wanted === active?.generation) return [s, []];
  // A rollback that boots must not be disturbed.
  if (active && !s.isServing) return [s, []];
  return apply(s, wanted, policy);
}

/** Starts an instance that is to have the port as soon as it has booted. */
function start<G extends Runnable>(
  s: State<G>,
  generation: G,
  { isShared }: Policy<G>,
  isRollback = false,
): Step<G> {
  const active: Instance<G> = {
    id: s.nextId,
    generation,
    isShared,
    ...(isRollback ? { isRollback } : {}),
  };
  return [
    { ...s, active, isServing: false, nextId: s.nextId + 1 },
    [{ do: "start", instance: active }],
  ];
}

function startCandidate<G extends Runnable>(
  s: State<G>,
  generation: G,
): Step<G> {
  const candidate: Instance<G> = { id: s.nextId, generation, isShared: true };
  return [
    { ...s, candidate, nextId: s.nextId + 1 },
    [{ do: "start", instance: candidate }],
  ];
}

/** Takes its role from the active instance, and lets it finish. */
function retire<G>(
  s: State<G>,
  instance: Instance<G>,
  policy: Policy<G>,
): Step<G> {
  const { active: _, ...rest } = s;
  return [{
    ...rest,
    isServing: false,
    draining: [...s.draining, { ...instance, isTerminated: true }],
  }, terminate(instance.id, policy)];
}

function discardCandidate<G extends Runnable>(
  s: State<G>,
  policy: Policy<G>,
): Step<G> {
  const { candidate, ...rest } = s;
  if (!candidate) return [s, []];
  const draining = [...s.draining, { ...candidate, isTerminated: true }];
  return [{ ...rest, draining }, giveUp(candidate, policy)];
}

/** Ends an instance that has no connection yet. */
function giveUp<G extends Runnable>(
  { id, generation }: Instance<G>,
  policy: Policy<G>,
): Effect<G>[] {
  return generation.isConsumer ? terminate(id, policy) : [{ do: "kill", id }];
}

function graceOver<G>(s: State<G>, id: number, policy: Policy<G>): Step<G> {
  if (!s.draining.some((it) => it.id === id && !it.isTerminated)) {
    return [s, []];
  }
  const draining = s.draining.map((it) =>
    it.id === id ? { ...it, isTerminated: true } : it
  );
  return [{ ...s, draining }, terminate(id, policy)];
}

function quit<G extends Runnable>(
  s: State<G>,
  isForced: boolean,
  policy: Policy<G>,
): Step<G> {
  const [clean, discard] = discardCandidate(
    { ...s, isQuitting: true, isWaiting: false, isBackingOff: false },
    policy,
  );
  const draining = clean.draining.map((it) => ({ ...it, isTerminated: true }));
  const next: State<G> = { ...clean, draining };
  if (isForced) {
    return [next, instancesIn(next).flatMap(({ id }) => kill(id))];
  }
  const untouched = [
    ...clean.draining.filter(({ isTerminated }) => !isTerminated),
    ...(clean.active && !s.isQuitting ? [clean.active] : []),
  ];
  return [next, [
    ...discard,
    ...untouched.flatMap(({ id }) => terminate(id, policy)),
  ]];
}

function terminate<G>(id: number, { shutdownMs }: Policy<G>): Effect<G>[] {
  return [
    { do: "report", outcome: { kind: "terminating", id } },
    { do: "terminate", id },
    {
      do: "set timer",
      ms: shutdownMs,
      event: { kind: "shutdown timeout", id },
    },
  ];
}

function kill<G>(id: number): Effect<G>[] {
  return [
    { do: "report", outcome: { kind: "killing", id } },
    { do: "kill", id },
  ];
}

function exitReport<G>(
  instance: Instance<G>,
  exit: Exit,
  retryMs: number,
  next: ExitPolicy = "restart",
): Effect<G> {
  const outcome = { kind: "exited" as const, instance, exit, next, retryMs };
  return { do: "report", outcome };
}

/** Returns all instances that are alive. */
function instancesIn<G>(s: State<G>): Instance<G>[] {
  return [s.active, s.candidate, ...s.draining].filter((it) =>
    it !== undefined
  );
}

/** Whether an instance is active or a candidate. */
function isRunning<G>({ active, candidate }: State<G>, id: number): boolean {
  return id === active?.id || id === candidate?.id;
}

/** Whether an instance has SIGTERM. */
function isEnding<G>(s: State<G>, id: number): boolean {
  return s.draining.some((it) => it.id === id && it.isTerminated) ||
    id === s.active?.id && (s.isQuitting || s.active.isLate === true) ||
    id === s.candidate?.id && s.candidate.isLate === true;
}

function after<G>(
  first: readonly Effect<G>[],
  [state, rest]: Step<G>,
): Step<G> {
  return [state, [...first, ...rest]];
}
