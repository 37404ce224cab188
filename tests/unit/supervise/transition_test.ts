import { assertEquals } from "@std/assert";
import {
  type Effect,
  type Event,
  type State,
  type Step,
  type Timer,
  transition,
} from "../../../lib/supervise/transition.ts";

const OPTIONS = { shutdownTimeoutMs: 7_000 };

/** One state of every kind, two where an arm of it decides. The type asks for a new kind to be added. */
const STATES = {
  idle: [{ name: "idle" }],
  starting: [{ name: "starting", failures: 2 }],
  running: [{ name: "running", failures: 2 }],
  stopping: [
    { name: "stopping", then: "start" },
    { name: "stopping", then: "leave" },
  ],
  backoff: [{ name: "backoff", failures: 2 }],
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
  exited: [
    { kind: "exited", isOutdated: false },
    { kind: "exited", isOutdated: true },
  ],
  timeout: Object.values(TIMERS),
  quit: [{ kind: "quit" }],
} as const satisfies {
  [Kind in Event["kind"]]: readonly (Event & { kind: Kind })[];
};

/** Every state by every event: the next state, and what is to be done. `-` is nothing. */
const TABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "idle": {
    "approved": "starting 0: clearTimer, start",
    "ready": "-",
    "exited": "-",
    "exited outdated": "-",
    "timeout grace": "-",
    "timeout backoff": "-",
    "timeout healthy": "-",
    "quit": "stopped: clearTimer",
  },
  "starting 2": {
    "approved": "stopping, then start: terminate, setTimer grace 7000",
    "ready": "running 2: setTimer healthy 10000",
    "exited": "backoff 3: reportExit 2000 false, setTimer backoff 2000",
    "exited outdated": "backoff 2: reportExit 1000 true, setTimer backoff 1000",
    "timeout grace": "-",
    "timeout backoff": "-",
    "timeout healthy": "starting 0",
    "quit": "stopping, then leave: terminate, setTimer grace 7000",
  },
  "running 2": {
    "approved": "stopping, then start: terminate, setTimer grace 7000",
    "ready": "running 2: setTimer healthy 10000",
    "exited": "backoff 3: reportExit 2000 false, setTimer backoff 2000",
    "exited outdated":
      "backoff 3: reportExit 2000 false, setTimer backoff 2000",
    "timeout grace": "-",
    "timeout backoff": "-",
    "timeout healthy": "running 0",
    "quit": "stopping, then leave: terminate, setTimer grace 7000",
  },
  "stopping, then start": {
    "approved": "-",
    "ready": "-",
    "exited": "starting 0: clearTimer, start",
    "exited outdated": "starting 0: clearTimer, start",
    "timeout grace": "stopping, then start: kill",
    "timeout backoff": "-",
    "timeout healthy": "-",
    "quit": "stopping, then leave",
  },
  "stopping, then leave": {
    "approved": "-",
    "ready": "-",
    "exited": "stopped: clearTimer",
    "exited outdated": "stopped: clearTimer",
    "timeout grace": "stopping, then leave: kill",
    "timeout backoff": "-",
    "timeout healthy": "-",
    "quit": "stopping, then leave: kill",
  },
  "backoff 2": {
    "approved": "starting 0: clearTimer, start",
    "ready": "-",
    "exited": "-",
    "exited outdated": "-",
    "timeout grace": "-",
    "timeout backoff": "starting 2: clearTimer, start",
    "timeout healthy": "-",
    "quit": "stopped: clearTimer",
  },
  "stopped": {
    "approved": "-",
    "ready": "-",
    "exited": "-",
    "exited outdated": "-",
    "timeout grace": "-",
    "timeout backoff": "-",
    "timeout healthy": "-",
    "quit": "-",
  },
};

function sayState(state: State): string {
  if ("failures" in state) return `${state.name} ${state.failures}`;
  if ("then" in state) return `${state.name}, then ${state.then}`;
  return state.name;
}

function sayEvent(event: Event): string {
  if ("timer" in event) return `${event.kind} ${event.timer}`;
  if (event.kind !== "exited") return event.kind;
  return event.isOutdated ? "exited outdated" : "exited";
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
