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
 * - `shared`: both listen for a moment, no connection is refused,
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

/** Whether a program was run at all: shells have 126 and 127 for one that cannot be run, or is not there. */
export function wasRun({ code }: Exit): boolean {
  return code !== 126 && code !== 127;
}

/** What an instance runs. Two are the same only if they are the same object. */
export interface Runnable {
  /** Whether an instance that is given up early needs SIGTERM, since it may have taken messages of a queue. */
  readonly isConsumer: boolean;
}

/** A process that runs a generation. `id` names it in events and effects. */
export interface Instance<G = Runnable> {
  readonly id: number;
  readonly generation: G;
  /** Whether its sockets are the keeper's: only such a one can share its port with the next. */
  readonly isShared: boolean;
  /** Whether it runs the last good generation in place of one that failed. */
  readonly isRollback?: boolean;
  /** Whether an older instance was alive at its start, and perhaps had the port. */
  readonly wasBeside?: boolean;
  /** Set if it did not listen within the ready timeout. */
  readonly isLate?: boolean;
  /** Set if it may have connections, though it has not said so yet: one that drains then was never the active one. */
  readonly mayServe?: boolean;
}

/** An instance that is replaced. */
export interface Draining<G = Runnable> extends Instance<G> {
  readonly isTerminated: boolean;
}

/** All that the supervisor knows. */
export interface State<G = Runnable> {
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
export type InstanceEvent<G = Runnable> =
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
export type Effect<G = Runnable> =
  | { readonly do: "start"; readonly instance: Instance<G> }
  | { readonly do: "let serve" | "terminate" | "kill"; readonly id: number }
  | {
    readonly do: "set timer";
    readonly ms: number;
    readonly event: InstanceEvent<G>;
  }
  | { readonly do: "report"; readonly outcome: Outcome<G> };

/** What is worth a report. */
export type Outcome<G = Runnable> =
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
export interface Policy<G = Runnable> {
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

type Step<G = Runnable> = readonly [State<G>, readonly Effect<G>[]];

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

/** Returns the generations that run, or may be started again. */
export function generationsIn<G>(s: State<G>): Set<G> {
  const running = instancesIn(s).map(({ generation }) => generation);
  const others = [s.wanted, s.lastGood].filter((it) => it !== undefined);
  return new Set([...running, ...others]);
}

/** Answers an event. Events of instances that are gone change nothing. */
export function step<G extends Runnable>(
  s: State<G>,
  event: InstanceEvent<G>,
  policy: Policy<G>,
): Step<G> {
  // The generations that come back are those that went in.
  return decide(s, event, policy as unknown as Policy) as Step<G>;
}

function decide(s: State, event: InstanceEvent, policy: Policy): Step {
  switch (event.kind) {
    case "apply":
      return s.isQuitting
        ? [s, []]
        : apply({ ...s, failures: 0 }, event.generation, policy);
    case "give up":
      return giveUpOn(s, event.generation);
    case "listening":
      return listening(s, event.id);
    case "serving":
      return serving(s, event.id, policy);
    case "ready timeout":
      return readyTimeout(s, event.id, policy);
    case "exited":
      return exited(s, event, policy);
    case "healthy":
      return event.id === s.active?.id ? [{ ...s, failures: 0 }, []] : [s, []];
    case "backoff over":
      return s.isBackingOff && event.turn === s.turn
        ? resume({ ...s, isBackingOff: false }, policy)
        : [s, []];
    case "grace over":
      return graceOver(s, event.id, policy);
    case "shutdown timeout":
      return [s, isEnding(s, event.id) ? kill(event.id) : []];
    case "quit":
      return quit(s, event.isForced, policy);
  }
}

/** Makes a generation the one that runs, or is to run. */
function apply(before: State, generation: Runnable, policy: Policy): Step {
  const turn = before.turn + 1;
  const [s, discard] = discardCandidate(
    { ...before, wanted: generation, isBackingOff: false, turn, attempts: 0 },
    policy,
  );
  const { active } = s;
  if (s.isWaiting || generation === active?.generation) return [s, discard];
  if (!active) return after(discard, start(s, generation, policy));
  if (s.draining.length >= MAX_DRAINING) return [s, discard];
  const handover = policy.handover(active, generation);
  if (handover === "shared" && active.isShared && s.isServing) {
    const candidate = { id: s.nextId, generation, isShared: true };
    const next = { ...s, candidate, nextId: s.nextId + 1 };
    return [next, [...discard, { do: "start", instance: candidate }]];
  }
  const { active: _, ...rest } = s;
  // Unless it is shared, those within their grace period must give the port up, too.
  const others = s.draining.filter(({ isTerminated }) =>
    !isTerminated && handover !== "shared"
  );
  const ending = [...others, active];
  const draining = [
    ...s.draining.filter((it) => !others.includes(it)),
    ...ending.map((it) => ({ ...it, isTerminated: true })),
  ];
  const ended: State = { ...rest, isServing: false, draining };
  return after(
    [...discard, ...ending.flatMap(({ id }) => terminate(id, policy))],
    handover === "sequential"
      ? [{ ...ended, isWaiting: true }, []]
      : start(ended, generation, policy),
  );
}

function listening(s: State, id: number): Step {
  const effects: Effect[] = [{ do: "let serve", id }];
  if (id === s.active?.id) return [s, effects];
  if (id !== s.candidate?.id) return [s, []];
  const candidate = { ...s.candidate, mayServe: true };
  return [{ ...s, candidate }, effects];
}

function serving(s: State, id: number, policy: Policy): Step {
  const old = s.active;
  const found = [old, s.candidate].find((it) => it?.id === id);
  if (!found) return [s, []];
  const instance = { ...found, mayServe: false };
  const next: State = {
    ...(found === old ? s : withoutCandidate(s)),
    active: instance,
    isServing: true,
    attempts: 0,
    lastGood: instance.generation,
  };
  const { healthyMs } = policy;
  const effects: Effect[] = [
    report({ kind: "serving", instance }),
    { do: "set timer", ms: healthyMs, event: { kind: "healthy", id } },
  ];
  if (!old || found === old) return after(effects, resume(next, policy));
  return [
    { ...next, draining: [...s.draining, { ...old, isTerminated: false }] },
    [...effects, graceTimer(old.id, policy)],
  ];
}

function readyTimeout(s: State, id: number, policy: Policy): Step {
  const { active, candidate, lastGood } = s;
  if (id === candidate?.id) {
    const late = { ...candidate, isLate: true };
    return [{ ...s, candidate: late }, giveUp(late, policy)];
  }
  if (id !== active?.id || s.isServing) return [s, []];
  const late = { ...active, isLate: true };
  return policy.rollback && lastGood && lastGood !== active.generation
    ? [{ ...s, active: late }, giveUp(late, policy)]
    // It is all there is: a slow one is better than none.
    : [s, [report({ kind: "not ready", instance: late })]];
}

type Exited = InstanceEvent & { readonly kind: "exited" };

function exited(s: State, event: Exited, policy: Policy): Step {
  const { id, exit, isUnshared } = event;
  const { active, candidate } = s;
  if (id === candidate?.id) {
    const rest = withoutCandidate(s);
    return isUnshared && !s.isQuitting
      ? apply(rest, candidate.generation, policy)
      : reject(rest, { instance: candidate, exit, policy });
  }
  if (id !== active?.id) {
    const draining = s.draining.filter((it) => it.id !== id);
    return draining.length === s.draining.length ? [s, []] : after(
      [report({ kind: "drained", id })],
      resume({ ...s, draining }, policy),
    );
  }
  const { active: _, ...rest } = s;
  const gone: State = { ...rest, isServing: false };
  if (s.isQuitting) return [gone, []];
  const failure = { instance: active, exit, policy };
  // Within the grace period the one before still accepts connections.
  const before = s.draining.findLast((it) => !it.isTerminated && !it.mayServe);
  if (before) return revert(gone, before, failure);
  if (candidate) {
    const next = { ...withoutCandidate(gone), active: candidate };
    return [next, [exitReport(failure, 0)]];
  }
  return s.isServing
    ? crashed(gone, { ...failure, hasServed: true })
    : failedToStart(gone, event, failure);
}

/** An instance that exited, and what decides about the consequences. */
interface Failure {
  readonly instance: Instance;
  readonly exit: Exit;
  readonly policy: Policy;
}

/** How KrakenD exits if its port is taken. */
const PORT_TAKEN_CODE = 0;
/** So often a start is repeated while an older instance lives that may still have had the port. */
const MAX_ATTEMPTS = 5;

/** An active instance exited before it served. */
function failedToStart(s: State, event: Exited, failure: Failure): Step {
  const { instance, exit, policy } = failure;
  const { generation, isLate, isRollback, wasBeside = false } = instance;
  const isAlone = s.draining.length === 0;
  // The older one may have closed the port a moment after this one asked for it.
  const mayCollide = !isLate &&
    (!isAlone || wasBeside && exit.code === PORT_TAKEN_CODE);
  // One that a busy machine leaves without processor time keeps its port for longer than a boot takes.
  const isFreeNow = exit.code === PORT_TAKEN_CODE && !event.isPortTaken &&
    s.attempts < MAX_ATTEMPTS;
  const mayServeNow = mayCollide && (s.attempts === 0 || isAlone || isFreeNow);
  if (event.isUnshared || mayServeNow) {
    const next = { ...s, attempts: s.attempts + 1 };
    return start(next, generation, policy, isRollback);
  }
  if (mayCollide && event.isPortTaken) {
    return [{ ...s, wanted: s.wanted ?? generation, isWaiting: true }, []];
  }
  const { lastGood } = s;
  const isSame = !lastGood || lastGood === generation;
  if (!policy.rollback || isSame || !wasRun(exit)) {
    return crashed(s, { ...failure, hasServed: false });
  }
  // A newer generation that waits for room comes next, not the one that failed.
  const wanted = s.wanted === generation ? lastGood : s.wanted ?? lastGood;
  return after(
    [report({ kind: "rolled back", instance, exit })],
    start({ ...s, wanted }, lastGood, policy, true),
  );
}

/** The only instance exited by itself. */
function crashed(s: State, failure: Failure & { hasServed: boolean }): Step {
  const { instance, exit, policy, hasServed } = failure;
  const failures = s.failures + 1;
  if (failures > policy.maxRestarts || policy.onExit === "exit") {
    return after(
      [exitReport(failure, 0, "exit")],
      quit({ ...s, exit }, false, policy),
    );
  }
  if (policy.onExit === "wait") {
    const { wanted: _, ...rest } = s;
    return [{ ...rest, failures }, [exitReport(failure, 0, "wait")]];
  }
  const wanted = s.wanted ?? instance.generation;
  // One that has served is started again at once.
  const retryMs = policy.backoffMs(hasServed ? s.failures : failures);
  return after(
    [exitReport(failure, retryMs)],
    backOff({ ...s, failures, wanted }, retryMs),
  );
}

/** A candidate failed: the active instance was never touched. */
function reject(s: State, failure: Failure): Step {
  const { instance, exit, policy } = failure;
  const outcome = { kind: "rejected", instance, exit } as const;
  // What was not run says nothing of the configuration.
  if (s.isQuitting || policy.rollback && wasRun(exit)) {
    const next = s.active ? { ...s, wanted: s.active.generation } : s;
    return [next, [report(outcome)]];
  }
  return tryAgain(s, outcome, policy);
}

/** Makes an instance that still accepts connections the active one again. */
function revert(s: State, before: Draining, failure: Failure): Step {
  const { instance, exit, policy } = failure;
  const { isTerminated: _, ...active } = before;
  const next: State = {
    ...s,
    active,
    isServing: true,
    lastGood: active.generation,
    draining: s.draining.filter(({ id }) => id !== before.id),
  };
  const outcome = { kind: "rolled back", instance, exit } as const;
  if (s.wanted !== instance.generation) return [next, [report(outcome)]];
  return policy.rollback
    ? [{ ...next, wanted: active.generation }, [report(outcome)]]
    : tryAgain(next, outcome, policy);
}

/** Starts a generation that failed again after a while, beside the one that serves. */
function tryAgain(
  s: State,
  outcome: Outcome & { readonly kind: "rejected" | "rolled back" },
  policy: Policy,
): Step {
  const failures = s.failures + 1;
  const retryMs = policy.backoffMs(failures);
  return after(
    [report({ ...outcome, retryMs })],
    backOff({ ...s, failures }, retryMs),
  );
}

/** Waits for another generation than one that is started again and again. */
function giveUpOn(s: State, generation: Runnable): Step {
  if (s.active || !s.isBackingOff || s.wanted !== generation) return [s, []];
  const { wanted: _, ...rest } = s;
  return [{ ...rest, isBackingOff: false }, []];
}

function backOff(s: State, ms: number): Step {
  const turn = s.turn + 1;
  const event = { kind: "backoff over", turn } as const;
  return [{ ...s, turn, isBackingOff: true }, [{ do: "set timer", ms, event }]];
}

/** Starts what had to wait: for the backoff, or for an instance to end. */
function resume(s: State, policy: Policy): Step {
  const { active, wanted } = s;
  if (s.isQuitting || s.isBackingOff || !wanted) return [s, []];
  if (s.isWaiting) {
    return s.draining.length > 0
      ? [s, []]
      : start({ ...s, isWaiting: false }, wanted, policy);
  }
  // A rollback that boots must not be disturbed.
  const isBusy = s.candidate || active && !s.isServing;
  return isBusy || wanted === active?.generation
    ? [s, []]
    : apply(s, wanted, policy);
}

/** Starts an instance that is to have the port as soon as it has booted. */
function start(
  s: State,
  generation: Runnable,
  { isShared }: Policy,
  isRollback = false,
): Step {
  const wasBeside = s.draining.length > 0;
  const id = s.nextId;
  const instance = { id, generation, isShared, isRollback, wasBeside };
  return [
    { ...s, active: instance, isServing: false, nextId: s.nextId + 1 },
    [{ do: "start", instance }],
  ];
}

function discardCandidate(s: State, policy: Policy): Step {
  const { active, candidate } = s;
  if (!candidate) return [s, []];
  // One that may have connections gives them back first, as at any handover.
  const isGentle = active !== undefined && candidate.mayServe === true;
  const draining = [...s.draining, { ...candidate, isTerminated: !isGentle }];
  const next = { ...withoutCandidate(s), draining };
  if (!isGentle) return [next, giveUp(candidate, policy)];
  return [next, [
    { do: "let serve", id: active.id },
    graceTimer(candidate.id, policy),
  ]];
}

/** Ends an instance that was to be the next one. */
function giveUp(instance: Instance, policy: Policy): Effect[] {
  const { id, generation, mayServe = false } = instance;
  return generation.isConsumer || mayServe
    ? terminate(id, policy)
    : [{ do: "kill", id }];
}

function graceTimer(id: number, { graceMs }: Policy): Effect {
  return { do: "set timer", ms: graceMs, event: { kind: "grace over", id } };
}

function graceOver(s: State, id: number, policy: Policy): Step {
  const isThere = s.draining.some((it) => it.id === id && !it.isTerminated);
  if (!isThere) return [s, []];
  const draining = s.draining.map((it) =>
    it.id === id ? { ...it, isTerminated: true } : it
  );
  return [{ ...s, draining }, terminate(id, policy)];
}

function quit(s: State, isForced: boolean, policy: Policy): Step {
  const [clean, discard] = discardCandidate(
    { ...s, isQuitting: true, isWaiting: false, isBackingOff: false },
    policy,
  );
  const draining = clean.draining.map((it) => ({ ...it, isTerminated: true }));
  const next: State = { ...clean, draining };
  if (isForced) return [next, instancesIn(next).flatMap(({ id }) => kill(id))];
  const untouched = [
    ...clean.draining.filter(({ isTerminated }) => !isTerminated),
    ...(clean.active && !s.isQuitting ? [clean.active] : []),
  ];
  const effects = untouched.flatMap(({ id }) => terminate(id, policy));
  return [next, [...discard, ...effects]];
}

function terminate(id: number, { shutdownMs }: Policy): Effect[] {
  const event = { kind: "shutdown timeout", id } as const;
  return [
    report({ kind: "terminating", id }),
    { do: "terminate", id },
    { do: "set timer", ms: shutdownMs, event },
  ];
}

function kill(id: number): Effect[] {
  return [report({ kind: "killing", id }), { do: "kill", id }];
}

function report(outcome: Outcome): Effect {
  return { do: "report", outcome };
}

function exitReport(
  { instance, exit }: Failure,
  retryMs: number,
  next: ExitPolicy = "restart",
): Effect {
  return report({ kind: "exited", instance, exit, next, retryMs });
}

/** Returns all instances that are alive. */
function instancesIn<G>(s: State<G>): Instance<G>[] {
  return [s.active, s.candidate, ...s.draining].filter((it) =>
    it !== undefined
  );
}

/** Whether an instance has SIGTERM. */
function isEnding({ active, candidate, ...s }: State, id: number): boolean {
  return s.draining.some((it) => it.id === id && it.isTerminated) ||
    id === active?.id && (s.isQuitting || active.isLate === true) ||
    id === candidate?.id && candidate.isLate === true;
}

function withoutCandidate({ candidate: _, ...rest }: State): State {
  return rest;
}

function after(first: readonly Effect[], [state, rest]: Step): Step {
  return [state, [...first, ...rest]];
}
