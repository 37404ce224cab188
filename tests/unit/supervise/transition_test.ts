import { assertEquals } from "@std/assert";
import type {
  Effect,
  Event,
  State,
  Step,
  Timer,
} from "../../../lib/supervise/state.ts";
import { transition } from "../../../lib/supervise/transition.ts";
import { TABLE } from "./transition_table.ts";

const OPTIONS = { shutdownTimeoutMs: 7_000 };

/** One state of every kind, two where an arm of it decides. The type asks for a new kind to be added. */
const STATES = {
  idle: [{ name: "idle" }],
  starting: [
    { name: "starting", version: "newest", failures: 2 },
    { name: "starting", version: "kept", failures: 2 },
  ],
  running: [
    { name: "running", version: "newest", failures: 2 },
    { name: "running", version: "kept", failures: 2 },
  ],
  stopping: [
    { name: "stopping", then: "start" },
    { name: "stopping", then: "restore" },
    { name: "stopping", then: "leave" },
  ],
  backoff: [
    { name: "backoff", version: "newest", failures: 2 },
    { name: "backoff", version: "kept", failures: 2 },
  ],
  stopped: [{ name: "stopped" }],
} as const satisfies {
  [Name in State["name"]]: readonly (State & { name: Name })[];
};

const TIMERS = {
  grace: { kind: "timeout", timer: "grace" },
  backoff: { kind: "timeout", timer: "backoff" },
  healthy: { kind: "timeout", timer: "healthy" },
} as const satisfies {
  [Name in Timer]: Event & { kind: "timeout"; timer: Name };
};

const EVENTS = {
  approved: [{ kind: "approved" }],
  ready: [{ kind: "ready" }],
  silent: [
    { kind: "silent", hasKept: false },
    { kind: "silent", hasKept: true },
  ],
  exited: [
    { kind: "exited", isOutdated: false, hasKept: false },
    { kind: "exited", isOutdated: true, hasKept: false },
    { kind: "exited", isOutdated: false, hasKept: true },
    { kind: "exited", isOutdated: true, hasKept: true },
  ],
  timeout: Object.values(TIMERS),
  quit: [{ kind: "quit" }],
} as const satisfies {
  [Kind in Event["kind"]]: readonly (Event & { kind: Kind })[];
};

function sayState(state: State): string {
  if ("failures" in state) {
    return `${state.name} ${state.version} ${state.failures}`;
  }
  if ("then" in state) return `${state.name}, then ${state.then}`;
  return state.name;
}

function sayEvent(event: Event): string {
  if ("timer" in event) return `${event.kind} ${event.timer}`;
  if (!("hasKept" in event)) return event.kind;
  const outdated = "isOutdated" in event && event.isOutdated ? " outdated" : "";
  return `${event.kind}${outdated}${event.hasKept ? ", kept" : ""}`;
}

function sayEffect(effect: Effect): string {
  return Object.values(effect).join(" ");
}

function sayStep(before: State, { state, effects }: Step): string {
  const done = effects.map(sayEffect).join(", ");
  if (!done && sayState(state) === sayState(before)) return "-";
  return done ? `${sayState(state)}: ${done}` : sayState(state);
}

const states: readonly State[] = Object.values(STATES).flat();
const events: readonly Event[] = Object.values(EVENTS).flat();

Deno.test("the table has a row for every state and a cell for every event, and no other", () => {
  assertEquals(Object.keys(TABLE), states.map(sayState));
  for (const row of Object.values(TABLE)) {
    assertEquals(Object.keys(row), events.map(sayEvent));
  }
});

for (const state of states) {
  Deno.test(`transition() answers every event as the table says while ${sayState(state)}`, () => {
    const actual = events.map((event) => [
      sayEvent(event),
      sayStep(state, transition(state, event, OPTIONS)),
    ]);
    assertEquals(Object.fromEntries(actual), TABLE[sayState(state)]);
  });
}
