import { assert, assertEquals } from "@std/assert";
import {
  type Effect,
  generationsIn,
  type Handover,
  initialState,
  type InstanceEvent,
  isOver,
  MAX_DRAINING,
  type Outcome,
  type Policy,
  type State,
  step,
} from "../../../lib/supervise/supervisor.ts";

const WALKS = 20_000;
const STEPS = 60;

/** A generation, by its name. */
interface G {
  readonly name: string;
  readonly isConsumer: boolean;
}

const generation = (name: string, isConsumer = false): G => ({
  name,
  isConsumer,
});

/** A world in which instances live until they exit. */
class World {
  state: State<G> = initialState();
  readonly alive = new Set<number>();
  /** Those that got SIGTERM or SIGKILL. */
  readonly signalled = new Set<number>();
  readonly served = new Set<number>();
  readonly runs = new Map<number, G>();
  readonly timers: InstanceEvent<G>[] = [];
  readonly outcomes: Outcome<G>[] = [];
  readonly effects: string[] = [];
  /** The backoff times that were asked for. */
  readonly backoffs: number[] = [];
  handover: Handover = "shared";
  policy: Policy<G> = {
    handover: () => this.handover,
    isShared: true,
    onExit: "restart",
    maxRestarts: Infinity,
    rollback: true,
    backoffMs: (failures) => {
      this.backoffs.push(failures);
      return failures;
    },
    healthyMs: 1,
    graceMs: 1,
    shutdownMs: 1,
  };

  constructor(policy: Partial<Policy<G>> = {}) {
    this.policy = { ...this.policy, ...policy };
  }

  send(event: InstanceEvent<G>): void {
    const before = this.state;
    const [state, effects] = step(before, event, this.policy);
    this.state = state;
    for (const effect of effects) this.#carryOut(effect);
    this.#check(before, event);
  }

  apply(it: G): void {
    this.send({ kind: "apply", generation: it });
  }

  serve(id: number): void {
    this.send({ kind: "listening", id });
    this.served.add(id);
    this.send({ kind: "serving", id });
  }

  exit(id: number, more: Partial<InstanceEvent<G> & { kind: "exited" }> = {}) {
    this.alive.delete(id);
    this.send({ kind: "exited", id, exit: { code: 1 }, ...more });
  }

  /** Fires the first timer of a kind. */
  fire(kind: InstanceEvent<G>["kind"]): void {
    const i = this.timers.findIndex((it) => it.kind === kind);
    const [timer] = i < 0 ? [] : this.timers.splice(i, 1);
    assert(timer, `no timer for "${kind}"`);
    this.send(timer);
  }

  /** The names of the generations that run. */
  get running(): string {
    return [...this.alive].map((id) => this.runs.get(id)?.name).join(" ");
  }

  get active(): string | undefined {
    return this.state.active?.generation.name;
  }

  #carryOut(effect: Effect<G>): void {
    if (effect.do !== "set timer" && effect.do !== "report") {
      const id = "id" in effect ? effect.id : effect.instance.id;
      this.effects.push(`${effect.do} ${id}`);
    }
    switch (effect.do) {
      case "start": {
        const { id, generation } = effect.instance;
        assert(!this.runs.has(id), "started twice");
        this.alive.add(id);
        this.runs.set(id, generation);
        break;
      }
      case "terminate":
      case "kill":
        assert(this.alive.has(effect.id), "a signal for one that is gone");
        this.signalled.add(effect.id);
        break;
      case "set timer":
        this.timers.push(effect.event);
        break;
      case "report":
        this.outcomes.push(effect.outcome);
        break;
    }
  }

  /** What must hold after any event. */
  #check(before: State<G>, event: InstanceEvent<G>): void {
    const { state } = this;
    const { active, candidate, draining } = state;
    const known = [active, candidate, ...draining].filter((it) => !!it);
    const ids = known.map(({ id }) => id);
    assertEquals(new Set(ids).size, ids.length, "an instance with two roles");
    for (const id of this.alive) {
      assert(ids.includes(id), `instance ${id} is lost at "${event.kind}"`);
    }
    assert(draining.length <= MAX_DRAINING + 3, "too many instances drain");
    if (candidate) assert(active, "a candidate without an active instance");
    if (candidate && !state.isQuitting) {
      assert(candidate.isShared, "a candidate that would find the port taken");
    }
    for (const it of draining) {
      assert(
        !it.isTerminated || this.signalled.has(it.id),
        "an instance that drains without a signal",
      );
    }
    if (state.isWaiting) assert(!active && state.wanted);
    // The one that serves gets a signal only if the next one serves, or may not run beside it.
    const old = before.active;
    const isReplaced = old && before.isServing && !state.isQuitting &&
      !this.signalledBefore.has(old.id) && this.signalled.has(old.id);
    if (isReplaced) {
      assert(
        this.handover !== "shared" || !old.isShared,
        `the gateway that serves is stopped at "${event.kind}"`,
      );
    }
    this.signalledBefore = new Set(this.signalled);
    assert(this.backoffs.every((failures) => failures >= 0));
  }

  private signalledBefore = new Set<number>();
}

/** The same numbers for a seed. */
function randomFrom(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor(seed / 65_536) % below;
  };
}

function walk(random: (below: number) => number): World {
  const world = new World({
    onExit: random(8) === 0 ? "wait" : "restart",
    rollback: random(4) !== 0,
    isShared: random(4) !== 0,
  });
  const pick = <T>(items: Iterable<T>): T | undefined =>
    [...items].at(random(Math.max(1, [...items].length)));
  const generations = ["a", "b", "c", "d"].map((name) =>
    generation(name, name === "d")
  );
  for (let n = 0; n < STEPS; n++) {
    const id = pick(world.alive);
    switch (random(9)) {
      case 0:
      case 1: {
        const it = pick(generations);
        if (it) world.apply(it);
        break;
      }
      case 2:
      case 3:
        if (id === undefined || world.signalled.has(id)) break;
        if (!world.served.has(id)) world.serve(id);
        break;
      case 4:
        if (id === undefined) break;
        world.exit(id, {
          isPortTaken: random(2) === 0,
          isUnshared: random(10) === 0 && !world.served.has(id),
        });
        break;
      case 5:
        if (id === undefined || world.served.has(id)) break;
        world.send({ kind: "ready timeout", id });
        break;
      case 6:
      case 7: {
        const timer = world.timers.shift();
        if (!timer) break;
        // The driver has no timer for an instance that is gone.
        if ("id" in timer && !world.alive.has(timer.id)) break;
        world.send(timer);
        break;
      }
      case 8:
        if (random(3) !== 0) break;
        world.handover = pick(["shared", "swap", "sequential"]) ?? "shared";
        break;
    }
  }
  return world;
}

/** Lets everything happen that must, until nothing changes any more. */
function settle(world: World): void {
  for (let i = 0; i < 200; i++) {
    const { active, candidate, draining } = world.state;
    const ending = draining.find(({ id }) => world.signalled.has(id));
    const booting = [candidate, active].find((it) =>
      it && !world.served.has(it.id) && !world.signalled.has(it.id)
    );
    const timer = world.timers.find((it) =>
      it.kind === "backoff over" || it.kind === "grace over"
    );
    if (ending) world.exit(ending.id);
    else if (booting) world.serve(booting.id);
    else if (candidate && world.signalled.has(candidate.id)) {
      world.exit(candidate.id);
    } else if (active && world.signalled.has(active.id)) world.exit(active.id);
    else if (timer) {
      world.timers.splice(world.timers.indexOf(timer), 1);
      world.send(timer);
    } else return;
  }
  throw new Error("it does not settle");
}

Deno.test("step() loses no instance, and keeps the one that serves, in any order of events", () => {
  for (let seed = 1; seed <= WALKS; seed++) walk(randomFrom(seed));
});

Deno.test("whatever has happened, the generation that was applied last runs in the end, alone", () => {
  for (let seed = 1; seed <= WALKS / 4; seed++) {
    const world = walk(randomFrom(seed));
    world.handover = "shared";
    const last = generation("last");
    world.apply(last);
    settle(world);
    assertEquals([world.running, world.active], ["last", "last"], `${seed}`);
    assertEquals([...generationsIn(world.state)], [last]);
  }
});

Deno.test("step() ends when it is asked to, whatever has happened before", () => {
  for (let seed = 1; seed <= WALKS; seed++) {
    const random = randomFrom(seed);
    const world = walk(random);
    world.send({ kind: "quit", isForced: random(2) === 0 });
    for (const id of world.alive) {
      assert(world.signalled.has(id), `instance ${id} gets no signal`);
    }
    for (const id of [...world.alive]) world.exit(id);
    assert(isOver(world.state), `${seed}`);
    world.apply(generation("late"));
    for (const timer of world.timers) {
      if (!("id" in timer)) world.send(timer);
    }
    assertEquals(world.alive.size, 0);
  }
});

const A = generation("a");
const B = generation("b");
const C = generation("c");

/** A world in which A serves. */
function serving(policy: Partial<Policy<G>> = {}): World {
  const world = new World(policy);
  world.apply(A);
  world.serve(1);
  world.effects.length = 0;
  world.outcomes.length = 0;
  return world;
}

const kinds = (world: World) => world.outcomes.map(({ kind }) => kind);

Deno.test("a candidate boots beside the active instance, which gets SIGTERM after the grace period", () => {
  const world = serving();
  world.apply(B);
  assertEquals([world.running, world.active], ["a b", "a"]);
  world.serve(2);
  assertEquals(world.active, "b");
  assertEquals(world.effects, ["start 2", "let serve 2"]);
  world.fire("grace over");
  assertEquals(world.effects.at(-1), "terminate 1");
});

Deno.test("a candidate that exits touches nothing", () => {
  const world = serving();
  world.apply(B);
  world.exit(2);
  assertEquals(world.effects, ["start 2"]);
  assertEquals([kinds(world), world.active], [["rejected"], "a"]);
});

Deno.test("a candidate that does not listen in time is killed; one that may hold messages gets SIGTERM", () => {
  for (
    const [it, signal] of [[B, "kill"], [
      generation("d", true),
      "terminate",
    ]] as const
  ) {
    const world = serving();
    world.apply(it);
    world.send({ kind: "ready timeout", id: 2 });
    assertEquals(world.effects.at(-1), `${signal} 2`);
    world.exit(2);
    const [outcome] = world.outcomes.filter(({ kind }) => kind === "rejected");
    assert(outcome && "instance" in outcome && outcome.instance.isLate);
  }
});

Deno.test("an instance that exits within the grace period gives its connections back to the one before", () => {
  const world = serving();
  world.apply(B);
  world.serve(2);
  world.exit(2);
  assertEquals([world.active, world.state.isServing], ["a", true]);
  assertEquals(kinds(world).at(-1), "rolled back");
  assert(!world.effects.includes("terminate 1"));
});

Deno.test("an instance that exits later is started again, at once the first time", () => {
  const world = serving();
  world.exit(1);
  assertEquals(world.backoffs, [0]);
  world.fire("backoff over");
  assertEquals(world.running, "a");
  world.exit(2);
  world.exit(2);
  assertEquals(world.backoffs, [0, 2]);
});

Deno.test("a newer generation replaces a candidate", () => {
  const world = serving();
  world.apply(B);
  world.apply(C);
  assertEquals(world.effects, ["start 2", "kill 2", "start 3"]);
  world.exit(2);
  world.serve(3);
  assertEquals(world.active, "c");
});

Deno.test("a candidate that may have connections already gives them back when a newer generation replaces it, and gets SIGTERM after the grace period", () => {
  const world = serving();
  world.apply(B);
  world.send({ kind: "listening", id: 2 });
  world.apply(C);
  assertEquals(world.effects.slice(-2), ["let serve 1", "start 3"]);
  world.send({ kind: "serving", id: 2 });
  assertEquals(world.active, "a");
  world.fire("grace over");
  assertEquals(world.effects.at(-1), "terminate 2");
});

Deno.test("a candidate that was replaced does not become the active one", () => {
  const world = serving();
  world.apply(B);
  world.send({ kind: "listening", id: 2 });
  world.apply(A);
  world.exit(1);
  assertEquals(world.active, undefined);
  world.fire("backoff over");
  assertEquals(world.active, "a");
});

Deno.test("the next reload waits while too many instances drain", () => {
  const world = serving();
  for (let i = 0; i < MAX_DRAINING; i++) {
    world.apply(generation(`${i}`));
    world.serve(i + 2);
  }
  const started = world.runs.size;
  world.apply(C);
  assertEquals(world.runs.size, started);
  world.fire("grace over");
  world.exit(1);
  assertEquals(world.state.candidate?.generation, C);
});

Deno.test("with swap the old instance gets SIGTERM and the new one starts at once", () => {
  const world = serving({ isShared: false });
  world.handover = "swap";
  world.apply(B);
  assertEquals(world.effects, ["terminate 1", "start 2"]);
});

Deno.test("with swap a start that fails while the old instance is alive is repeated, and then waits for its exit", () => {
  const world = serving({ isShared: false });
  world.handover = "swap";
  world.apply(B);
  world.exit(2);
  assertEquals(world.effects.at(-1), "start 3");
  world.exit(3, { isPortTaken: true });
  assertEquals(world.running, "a");
  world.exit(1);
  assertEquals(world.effects.at(-1), "start 4");
  assertEquals(world.runs.get(4), B);
});

Deno.test("with swap a start that found the port taken is repeated if the port is free by now, but not for ever", () => {
  const world = serving({ isShared: false });
  world.handover = "swap";
  world.apply(B);
  const last = 7;
  for (let id = 2; id < last; id++) {
    world.exit(id, { exit: { code: 0 } });
    assertEquals(world.effects.at(-1), `start ${id + 1}`);
    assertEquals(world.runs.get(id + 1), B);
  }
  world.exit(last, { exit: { code: 0 } });
  assertEquals(world.runs.get(last + 1), A);
});

Deno.test("with swap all that have the port get SIGTERM, those in their grace period included", () => {
  const world = serving();
  world.apply(B);
  world.serve(2);
  world.effects.length = 0;
  world.handover = "swap";
  world.apply(C);
  assertEquals(world.effects, ["terminate 1", "terminate 2", "start 3"]);
  world.exit(3, { exit: { code: 0 } });
  assertEquals(world.running, "a b c");
});

Deno.test("with swap a start that met the port just before the old instance closed it is repeated once", () => {
  const world = serving({ isShared: false });
  world.handover = "swap";
  world.apply(B);
  world.exit(1);
  world.exit(2, { exit: { code: 0 } });
  assertEquals([world.running, kinds(world).at(-1)], ["b", "drained"]);
  world.exit(3, { exit: { code: 0 } });
  assertEquals([world.running, kinds(world).at(-1)], ["a", "rolled back"]);
});

Deno.test("with swap the last good generation is started again if the new one fails", () => {
  const world = serving({ isShared: false });
  world.handover = "swap";
  world.apply(B);
  world.exit(1);
  world.exit(2);
  assertEquals([world.running, kinds(world).at(-1)], ["a", "rolled back"]);
  assert(world.state.active?.isRollback);
});

Deno.test("without rollback a generation that fails is tried again", () => {
  const world = serving({ rollback: false });
  world.apply(B);
  world.exit(2);
  assertEquals(world.active, "a");
  world.fire("backoff over");
  assertEquals(world.running, "a b");
});

Deno.test("a generation whose program cannot be run is tried again, though there is one to go back to", () => {
  for (const handover of ["shared", "swap"] as const) {
    const world = serving();
    world.handover = handover;
    world.apply(B);
    if (handover === "swap") world.exit(1);
    const exit = { code: 126, error: "Too many open files" };
    // With swap, it is tried once more when the old instance has exited.
    world.exit(2, { exit });
    world.fire("backoff over");
    assertEquals(world.running, handover === "shared" ? "a b" : "b");
  }
});

Deno.test("with sequential the new instance starts when all others have exited", () => {
  const world = serving();
  world.handover = "sequential";
  world.apply(B);
  world.apply(C);
  assertEquals(world.effects, ["terminate 1"]);
  world.exit(1);
  assertEquals(world.running, "c");
});

Deno.test("an instance that cannot come under the keeper is started without", () => {
  const world = serving();
  world.apply(B);
  world.handover = "swap";
  world.exit(2, { isUnshared: true });
  assertEquals(world.effects, ["start 2", "terminate 1", "start 3"]);
  assertEquals(kinds(world), ["terminating"]);
});

Deno.test("--on-exit=exit ends everything with the exit of the instance", () => {
  const world = serving({ onExit: "exit" });
  world.exit(1, { exit: { code: 137, signal: "SIGKILL" } });
  assert(isOver(world.state));
  assertEquals(world.state.exit?.code, 137);
});

Deno.test("--max-restarts ends everything after so many exits in a row", () => {
  const world = serving({ maxRestarts: 1 });
  world.exit(1);
  world.fire("backoff over");
  world.exit(2);
  assert(isOver(world.state));
});

Deno.test("--on-exit=wait starts the next generation only", () => {
  const world = serving({ onExit: "wait" });
  world.exit(1);
  assertEquals(world.running, "");
  world.apply(B);
  assertEquals(world.running, "b");
});

Deno.test("a generation that is given up is not started again", () => {
  const world = new World();
  world.apply(A);
  world.exit(1);
  world.send({ kind: "give up", generation: A });
  world.fire("backoff over");
  assertEquals(world.running, "");
});

Deno.test("SIGKILL follows SIGTERM after the shutdown timeout, for those that are alive", () => {
  const world = serving();
  world.send({ kind: "quit", isForced: false });
  world.fire("shutdown timeout");
  assertEquals(world.effects, ["terminate 1", "kill 1"]);
});
