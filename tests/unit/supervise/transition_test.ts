import { assertEquals } from "@std/assert";
import type {
  Effect,
  Event,
  State,
  Step,
} from "../../../lib/supervise/state.ts";
import { transition } from "../../../lib/supervise/transition.ts";
import { TABLE } from "./transition_table.ts";

const OPTIONS = {
  shutdownTimeoutMs: 7_000,
  onExit: "restart",
  maxRestarts: 2,
  random: 0,
} as const;

/** One state of every kind, more where an arm of it decides. The type asks for a new kind to be added. */
const STATES = {
  idle: [{ name: "idle" }],
  starting: [
    { name: "starting", version: "newest", failures: 1, retries: 0 },
    { name: "starting", version: "newest", failures: 1, retries: 2 },
    { name: "starting", version: "kept", failures: 1, retries: 0 },
  ],
  running: [
    { name: "running", version: "newest", failures: 1 },
    { name: "running", version: "kept", failures: 2 },
  ],
  replacing: [
    {
      name: "replacing",
      version: "newest",
      failures: 1,
      overlap: "lead",
      retries: 2,
    },
    {
      name: "replacing",
      version: "newest",
      failures: 1,
      overlap: "lead",
      retries: 0,
    },
    {
      name: "replacing",
      version: "kept",
      failures: 1,
      overlap: "beside",
      retries: 2,
    },
  ],
  stopping: [
    { name: "stopping", then: "start" },
    { name: "stopping", then: "restore" },
    { name: "stopping", then: "leave" },
  ],
  backoff: [
    { name: "backoff", version: "newest", failures: 1 },
    { name: "backoff", version: "kept", failures: 1 },
  ],
  waiting: [{ name: "waiting" }],
  stopped: [{ name: "stopped" }],
} as const satisfies {
  [Name in State["name"]]: readonly (State & { name: Name })[];
};

const ENDS = {
  "": { hasKept: false, isOutdated: false, isPortTaken: false },
  " outdated": { hasKept: false, isOutdated: true, isPortTaken: false },
  ", kept": { hasKept: true, isOutdated: false, isPortTaken: false },
  " outdated, kept": { hasKept: true, isOutdated: true, isPortTaken: false },
  ", port taken": { hasKept: true, isOutdated: false, isPortTaken: true },
};

const EVENTS: Readonly<Record<string, Event>> = {
  "approved": { kind: "approved", overlap: "none" },
  "approved, lead": { kind: "approved", overlap: "lead" },
  "approved, beside": { kind: "approved", overlap: "beside" },
  "ready": { kind: "ready" },
  "silent": { kind: "silent", hasKept: false },
  "silent, kept": { kind: "silent", hasKept: true },
  ...events("exited"),
  ...events("successor exited"),
  "timeout lead": { kind: "timeout", timer: "lead", overlap: "none" },
  "timeout grace": { kind: "timeout", timer: "grace", overlap: "none" },
  "timeout backoff": { kind: "timeout", timer: "backoff", overlap: "none" },
  "timeout backoff, lead": {
    kind: "timeout",
    timer: "backoff",
    overlap: "lead",
  },
  "timeout healthy": { kind: "timeout", timer: "healthy", overlap: "none" },
  "quit": { kind: "quit" },
};

function events(kind: "exited" | "successor exited"): Record<string, Event> {
  return Object.fromEntries(
    Object.entries(ENDS).map(([name, end]) => [
      `${kind}${name}`,
      { kind, ...end },
    ]),
  );
}

function sayState(state: State): string {
  return Object.values(state).join(" ");
}

function sayEffect(effect: Effect): string {
  return Object.values(effect).map(String).join(" ");
}

function sayStep(before: State, { state, effects }: Step): string {
  const done = effects.map(sayEffect).join(", ");
  if (!done && sayState(state) === sayState(before)) return "-";
  return done ? `${sayState(state)}: ${done}` : sayState(state);
}

const states: readonly State[] = Object.values(STATES).flat();

Deno.test("the table has a row for every state, and no cell for an event that there is not", () => {
  assertEquals(Object.keys(TABLE), states.map(sayState));
  const unknown = Object.values(TABLE).flatMap(Object.keys)
    .filter((event) => !(event in EVENTS));
  assertEquals(unknown, []);
});

for (const state of states) {
  Deno.test(`transition() answers every event as the table says while ${sayState(state)}`, () => {
    const answers = Object.entries(EVENTS).map(([name, event]) => [
      name,
      sayStep(state, transition(state, event, OPTIONS)),
    ]).filter(([, answer]) => answer !== "-");
    assertEquals(Object.fromEntries(answers), TABLE[sayState(state)]);
  });
}

const EXIT: Event = { kind: "exited", ...ENDS[""] };
const [running] = STATES.running;

Deno.test("with --on-exit=wait, a gateway that leaves unasked is started again at the next change only", () => {
  const { state, effects } = transition(running, EXIT, {
    ...OPTIONS,
    onExit: "wait",
  });
  assertEquals(state, { name: "waiting" });
  assertEquals(effects.map(sayEffect), [
    "report exit wait 0 false",
    "clear timer",
  ]);
});

Deno.test("with --on-exit=exit, and when it left too often, the gateway's exit is ours", () => {
  const left = "stopped: fail, report exit leave 0 false, clear timer";
  const step = transition(running, EXIT, { ...OPTIONS, onExit: "exit" });
  assertEquals(sayStep(running, step), left);
  const often = { ...running, failures: 2 };
  assertEquals(sayStep(often, transition(often, EXIT, OPTIONS)), left);
});

Deno.test("whatever is to follow an exit, a new configuration that does not become ready gives way to the kept one", () => {
  const [starting] = STATES.starting;
  const event: Event = { kind: "exited", ...ENDS[", kept"] };
  const step = transition(starting, event, { ...OPTIONS, onExit: "exit" });
  assertEquals(step.effects.at(-1), { do: "start", version: "kept" });
});

Deno.test("pauses grow by up to a fifth at random", () => {
  const { effects } = transition(running, EXIT, { ...OPTIONS, random: 1 });
  assertEquals(effects.map(sayEffect).at(-1), "set timer backoff 1200");
});
