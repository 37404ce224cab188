import { assertEquals } from "@std/assert";
import type {
  Effect,
  Event,
  State,
  Step,
  Timer,
} from "../../../lib/supervise/state.ts";
import { transition } from "../../../lib/supervise/transition.ts";

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

/** Every state by every event: the next state, and what is to be done. `-` is nothing. */
const TABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "idle": {
    "approved": "starting newest 0: clearTimer, start newest",
    "ready": "-",
    "silent": "-",
    "silent, kept": "-",
    "exited": "-",
    "exited outdated": "-",
    "exited, kept": "-",
    "exited outdated, kept": "-",
    "timeout grace": "-",
    "timeout backoff": "-",
    "timeout healthy": "-",
    "quit": "stopped: clearTimer",
  },
  "starting newest 2": {
    "approved": "stopping, then start: terminate, setTimer grace 7000",
    "ready": "running newest 2: setTimer healthy 10000",
    "silent": "-",
    "silent, kept":
      "stopping, then restore: reportRestore silent false, terminate, setTimer grace 7000",
    "exited": "backoff newest 3: reportExit 2000 false, setTimer backoff 2000",
    "exited outdated":
      "backoff newest 2: reportExit 1000 true, setTimer backoff 1000",
    "exited, kept":
      "starting kept 0: reportRestore exited false, clearTimer, start kept",
    "exited outdated, kept":
      "starting kept 0: reportRestore exited true, clearTimer, start kept",
    "timeout grace": "-",
    "timeout backoff": "-",
    "timeout healthy": "starting newest 0",
    "quit": "stopping, then leave: terminate, setTimer grace 7000",
  },
  "starting kept 2": {
    "approved": "stopping, then start: terminate, setTimer grace 7000",
    "ready": "running kept 2: setTimer healthy 10000",
    "silent": "-",
    "silent, kept": "-",
    "exited": "backoff kept 3: reportExit 2000 false, setTimer backoff 2000",
    "exited outdated":
      "backoff kept 2: reportExit 1000 true, setTimer backoff 1000",
    "exited, kept":
      "backoff kept 3: reportExit 2000 false, setTimer backoff 2000",
    "exited outdated, kept":
      "backoff kept 2: reportExit 1000 true, setTimer backoff 1000",
    "timeout grace": "-",
    "timeout backoff": "-",
    "timeout healthy": "starting kept 0",
    "quit": "stopping, then leave: terminate, setTimer grace 7000",
  },
  "running newest 2": {
    "approved": "stopping, then start: terminate, setTimer grace 7000",
    "ready": "running newest 2: setTimer healthy 10000",
    "silent": "-",
    "silent, kept": "-",
    "exited": "backoff newest 3: reportExit 2000 false, setTimer backoff 2000",
    "exited outdated":
      "backoff newest 3: reportExit 2000 false, setTimer backoff 2000",
    "exited, kept":
      "backoff newest 3: reportExit 2000 false, setTimer backoff 2000",
    "exited outdated, kept":
      "backoff newest 3: reportExit 2000 false, setTimer backoff 2000",
    "timeout grace": "-",
    "timeout backoff": "-",
    "timeout healthy": "running newest 0",
    "quit": "stopping, then leave: terminate, setTimer grace 7000",
  },
  "running kept 2": {
    "approved": "stopping, then start: terminate, setTimer grace 7000",
    "ready": "running kept 2: setTimer healthy 10000",
    "silent": "-",
    "silent, kept": "-",
    "exited": "backoff kept 3: reportExit 2000 false, setTimer backoff 2000",
    "exited outdated":
      "backoff kept 3: reportExit 2000 false, setTimer backoff 2000",
    "exited, kept":
      "backoff kept 3: reportExit 2000 false, setTimer backoff 2000",
    "exited outdated, kept":
      "backoff kept 3: reportExit 2000 false, setTimer backoff 2000",
    "timeout grace": "-",
    "timeout backoff": "-",
    "timeout healthy": "running kept 0",
    "quit": "stopping, then leave: terminate, setTimer grace 7000",
  },
  "stopping, then start": {
    "approved": "-",
    "ready": "-",
    "silent": "-",
    "silent, kept": "-",
    "exited": "starting newest 0: clearTimer, start newest",
    "exited outdated": "starting newest 0: clearTimer, start newest",
    "exited, kept": "starting newest 0: clearTimer, start newest",
    "exited outdated, kept": "starting newest 0: clearTimer, start newest",
    "timeout grace": "stopping, then start: kill",
    "timeout backoff": "-",
    "timeout healthy": "-",
    "quit": "stopping, then leave",
  },
  "stopping, then restore": {
    "approved": "stopping, then start",
    "ready": "-",
    "silent": "-",
    "silent, kept": "-",
    "exited": "starting kept 0: clearTimer, start kept",
    "exited outdated": "starting kept 0: clearTimer, start kept",
    "exited, kept": "starting kept 0: clearTimer, start kept",
    "exited outdated, kept": "starting kept 0: clearTimer, start kept",
    "timeout grace": "stopping, then restore: kill",
    "timeout backoff": "-",
    "timeout healthy": "-",
    "quit": "stopping, then leave",
  },
  "stopping, then leave": {
    "approved": "-",
    "ready": "-",
    "silent": "-",
    "silent, kept": "-",
    "exited": "stopped: clearTimer",
    "exited outdated": "stopped: clearTimer",
    "exited, kept": "stopped: clearTimer",
    "exited outdated, kept": "stopped: clearTimer",
    "timeout grace": "stopping, then leave: kill",
    "timeout backoff": "-",
    "timeout healthy": "-",
    "quit": "stopping, then leave: kill",
  },
  "backoff newest 2": {
    "approved": "starting newest 0: clearTimer, start newest",
    "ready": "-",
    "silent": "-",
    "silent, kept": "-",
    "exited": "-",
    "exited outdated": "-",
    "exited, kept": "-",
    "exited outdated, kept": "-",
    "timeout grace": "-",
    "timeout backoff": "starting newest 2: clearTimer, start newest",
    "timeout healthy": "-",
    "quit": "stopped: clearTimer",
  },
  "backoff kept 2": {
    "approved": "starting newest 0: clearTimer, start newest",
    "ready": "-",
    "silent": "-",
    "silent, kept": "-",
    "exited": "-",
    "exited outdated": "-",
    "exited, kept": "-",
    "exited outdated, kept": "-",
    "timeout grace": "-",
    "timeout backoff": "starting kept 2: clearTimer, start kept",
    "timeout healthy": "-",
    "quit": "stopped: clearTimer",
  },
  "stopped": {
    "approved": "-",
    "ready": "-",
    "silent": "-",
    "silent, kept": "-",
    "exited": "-",
    "exited outdated": "-",
    "exited, kept": "-",
    "exited outdated, kept": "-",
    "timeout grace": "-",
    "timeout backoff": "-",
    "timeout healthy": "-",
    "quit": "-",
  },
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
