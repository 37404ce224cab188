/**
 * One life of krakend-watch: its files are edited and its processes are
 * attacked as a seed has chosen, and at quiet moments what is served, and what
 * is there, is compared with what must be.
 *
 * @module
 */

import { deadline, delay } from "@std/async";
import { ensureDir, exists } from "@std/fs";
import { join } from "@std/path";
import { statusOf } from "../lab/status.ts";
import { holds, until } from "../lab/until.ts";
import { type ConfigOptions, uselessTexts, versionText } from "./configs.ts";
import { type Layout, LAYOUTS } from "./layout.ts";
import { type Content, Model, type Version } from "./model.ts";
import { descriptorsOf, type Process, send } from "./processes.ts";
import { Random } from "./random.ts";
import {
  type Inventory,
  type Scenario,
  Subject,
  type World,
} from "./subject.ts";

/** So many quiet moments a life has, after its first one. */
const ROUNDS = 12;
/** How many actions come between two quiet moments, at most. */
const MOST_ACTIONS = 8;
/** The longest pause after an action, in milliseconds: most are shorter than any settle time. */
const LONGEST_PAUSE_MS = 700;
/** For so long a process is stopped, or descriptors are few, at most, in milliseconds. */
const LONGEST_STOP_MS = 3_000;
/** All is as it must be so long after the last action, in milliseconds. */
const QUIET_MS = 60_000;
/** Nothing is left so long after the end, in milliseconds. */
const GONE_MS = 20_000;
/** An answer is given so long after the question, in milliseconds. */
const ANSWER_MS = 5_000;
/** The time between two comparisons, in milliseconds. */
const PAUSE_MS = 50;
/** For so long nothing must be started, in milliseconds. */
const UNTOUCHED_MS = 1_500;
/** Files that may be open besides those of the first quiet moment. */
const MORE_DESCRIPTORS = 8;
/** Copies at a quiet moment: of the generation that runs, and of one that a check still reads. */
const MOST_COPIES = 2;

/** The weights of actions. */
const ACTIONS = {
  "a version": 40,
  "a useless configuration": 16,
  "no file": 4,
  "the same again": 6,
  "touch": 3,
  "mode": 3,
  "another watched file": 6,
  "SIGHUP": 4,
  "SIGUSR2": 3,
  "a port is taken": 4,
  "a port is given back": 4,
  "few descriptors": 3,
  "the copies are removed": 1,
  "SIGKILL to a gateway": 4,
  "SIGSTOP to a gateway": 4,
  "SIGKILL to a check": 3,
  "SIGSTOP to a check": 3,
  "SIGKILL to the keeper": 0.5,
  "SIGSTOP to the keeper": 3,
  "SIGSTOP to krakend-watch": 3,
} as const;

/** The ports of the gateway, and of another program. */
const PORTS = [8080, 8081, 8082] as const;

const FIRST: Version = { number: 1, port: PORTS[0] };

const NO_OPS = ["the same again", "touch", "mode"] as const;

type Action = keyof typeof ACTIONS;

/** A word in the command line of each kind of process. */
const WORDS: readonly (readonly [kind: string, word: string])[] = [
  ["keeper", " keep "],
  ["check", " check "],
  ["gateway", " run "],
];

/** Chooses what a life is like. */
export function chooseScenario(random: Random, world: World): Scenario {
  const layout = random.weighted({
    "one file": 35,
    "YAML": 10,
    "ConfigMap": 15,
    "a link to a file": 10,
    "a link to a folder": 10,
    "templates": 20,
  });
  const handover = random.weighted({ shared: 60, swap: 25, sequential: 15 });
  const room = random.weighted({
    enough: 60,
    missing: 15,
    little: 15,
    none: 10,
  });
  const isPolling = random.isTrue(0.1);
  const isMount = room === "little" || room === "none";
  // Templates cannot be compiled where there is little room.
  const isPossible = !isMount || world.canMount && layout !== "templates";
  return { layout, handover, room: isPossible ? room : "missing", isPolling };
}

/** Lives a life. */
export class Life implements AsyncDisposable {
  /** What it is like. */
  readonly scenario: Scenario;
  /** How many actions there were. */
  actions = 0;
  /** How many versions were compared. */
  versions = 0;
  readonly #random: Random;
  readonly #world: World;
  readonly #root: string;
  readonly #layout: Layout;
  readonly #configs: ConfigOptions;
  readonly #model: Model;
  readonly #diary: [time: string, text: string][] = [];
  #subject: Subject | undefined;
  #number = 1;
  /** What was written last. */
  #text = "";
  /** Another program that has a port, and answers on it. */
  #holder: Deno.HttpServer<Deno.NetAddr> | undefined;
  /** What ends by itself soon: processes that are stopped, and the like. */
  readonly #passing = new Set<Promise<void>>();
  /** Whether krakend-watch was stopped, and rests afterwards: other watched files are compared later. */
  #wasStopped = false;
  /** What was there at the first quiet moment, and at the last. */
  #first: Inventory | undefined;
  #last: Inventory | undefined;

  /** @param seed Of all its choices. */
  constructor(seed: number, world: World) {
    this.#random = new Random(seed);
    this.#world = world;
    this.scenario = chooseScenario(this.#random, world);
    this.#root = join(world.folder, `life-${seed}`);
    this.#layout = LAYOUTS[this.scenario.layout](this.#root);
    const { room } = this.scenario;
    this.#configs = {
      // No other's, so that the ports are free.
      hostname: `127.1.${seed >> 8 & 255}.${seed & 255}`,
      backend: world.backend,
      isLong: room === "little",
    };
    this.#model = new Model(FIRST);
    this.#model.hasCopies = room === "enough" || room === "missing";
  }

  /** What was done and what krakend-watch has reported, in order. */
  get evidence(): string {
    const events = (this.#subject?.events ?? []).map(({ time, message }) =>
      [time, message.split("\n").slice(0, 3).join("\n      ")] as const
    );
    return [
      ...this.#diary.map(([time, text]) => [time, `• ${text}`]),
      ...events,
    ]
      .sort(([a = ""], [b = ""]) => a < b ? -1 : 1).slice(-200)
      .map(([time = "", text]) => `  ${time.slice(11, 23)} ${text}`).join("\n");
  }

  /**
   * Runs from the start to the end.
   *
   * @returns What is left at the last quiet moment, as a sentence.
   * @throws {Error} If anything is other than it must be.
   */
  async run(): Promise<string> {
    const subject = await this.#start();
    for (let round = 0; round < ROUNDS; round++) {
      const count = this.#random.between(1, MOST_ACTIONS);
      for (let i = 0; i < count; i++) {
        // So that the seeds of later ones do not depend on what this one finds.
        const own = new Random(this.#random.between(0, 2 ** 31));
        await this.#act(own.weighted(ACTIONS), own, subject);
        // Most actions come in bursts.
        await delay(LONGEST_PAUSE_MS * this.#random.next() ** 3);
      }
      await this.#rest(subject);
      if (this.#random.isTrue(0.2)) await this.#staysUntouched(subject);
    }
    await this.#end(subject);
    const [first, last] = [this.#first, this.#last];
    return `descriptors ${first?.descriptors} → ${last?.descriptors}, of the keeper ${first?.keeperDescriptors} → ${last?.keeperDescriptors}, copies ${last?.copies}`;
  }

  /** Ends all that this life has started. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder?.shutdown();
    await Promise.all(this.#passing);
    await this.#subject?.[Symbol.asyncDispose]();
    if (await exists(this.#root)) {
      await Deno.remove(this.#root, { recursive: true });
    }
  }

  async #start(): Promise<Subject> {
    for (const name of ["more", "tmp"]) await ensureDir(join(this.#root, name));
    this.#text = versionText(FIRST, this.#configs);
    await this.#layout.prepare(this.#text);
    this.#note(`start ${JSON.stringify(this.scenario)}`);
    const subject = this.#subject = new Subject(
      this.#world,
      this.#root,
      this.#layout,
      this.scenario,
    );
    await this.#rest(subject);
    this.#first = this.#last;
    return subject;
  }

  /** Does one thing. */
  async #act(action: Action, random: Random, subject: Subject): Promise<void> {
    this.actions++;
    switch (action) {
      case "a version": {
        const [version, kind] = this.#nextVersion(random);
        const text = versionText(version, this.#configs);
        return await this.#write({ kind, version }, text, random);
      }
      case "a useless configuration": {
        const all = uselessTexts(random.pick(PORTS), this.#configs);
        const [why, text] = random.pick(all);
        return await this.#write({ kind: "useless", why }, text, random);
      }
      case "no file":
        this.#note(action);
        this.#text = "";
        this.#model.write({ kind: "useless", why: action });
        return await this.#layout.remove();
      case "the same again":
        if (!this.#text) return;
        return await this.#write(this.#model.content, this.#text, random);
      case "touch":
      case "mode":
        return await this.#change(action, random);
      case "another watched file": {
        const path = join(this.#root, "more", `${random.between(1, 3)}`);
        this.#note(action);
        return random.isTrue(0.7)
          ? await Deno.writeTextFile(path, `${random.next()}`)
          : await Deno.remove(path).catch(() => {});
      }
      case "SIGHUP":
      case "SIGUSR2":
        this.#note(action);
        return send(subject.pid, action);
      case "a port is taken":
        return this.#takePort();
      case "a port is given back":
        return await this.#givePortBack();
      case "few descriptors":
        return await this.#limitDescriptors(random, subject);
      case "the copies are removed":
        return await this.#removeCopies(subject);
      default:
        return await this.#attack(action, random, subject);
    }
  }

  async #write(content: Content, text: string, random: Random): Promise<void> {
    const way = random.pick(this.#layout.ways);
    const what = content.kind === "useless"
      ? content.why
      : `version ${content.version.number} on port ${content.version.port} (${content.kind})`;
    this.#note(`${what}, written ${way}`);
    // It may be served before it is written to the end.
    this.#model.write(content);
    this.#text = text;
    await this.#layout.write(way, text, random);
  }

  #nextVersion(random: Random): [Version, "valid" | "taken"] {
    const current = this.#model.candidates[0]?.port ?? PORTS[0];
    const port = random.isTrue(0.2) ? random.pick(PORTS) : current;
    const isTaken = this.#holder?.addr.port === port;
    return [{ number: ++this.#number, port }, isTaken ? "taken" : "valid"];
  }

  async #change(action: "touch" | "mode", random: Random): Promise<void> {
    const path = join(this.#root, this.#layout.configFile);
    this.#note(action);
    const change = action === "mode"
      ? Deno.chmod(path, random.pick([0o600, 0o644]))
      : Deno.utime(path, new Date(), new Date());
    await change.catch(() => {});
  }

  #takePort(): void {
    const used = this.#model.candidates.map(({ port }) => port);
    const port = PORTS.find((it) => !used.includes(it));
    if (this.#holder || port === undefined) return;
    try {
      this.#holder = Deno.serve(
        { hostname: this.#configs.hostname, port, onListen: () => {} },
        () => new Response("another program", { status: 404 }),
      );
      this.#note(`port ${port} is taken`);
    } catch {
      // A gateway that drains still has it.
    }
  }

  async #givePortBack(): Promise<void> {
    if (!this.#holder) return;
    this.#note("the port is given back");
    await this.#holder.shutdown();
    this.#holder = undefined;
    this.#model.release();
  }

  /** Limits the descriptors of krakend-watch to those that it has, and no more than two, for a while. */
  async #limitDescriptors(random: Random, { pid }: Subject): Promise<void> {
    const limit = async (count: number) => {
      const args = [`--pid=${pid}`, `--nofile=${count}:`];
      await new Deno.Command("prlimit", { args }).output();
    };
    const free = random.between(0, 2);
    const count = descriptorsOf(pid).length + free;
    this.#note(`no more than ${free} free descriptors`);
    await limit(count);
    this.#pass(random, async () => {
      await limit(1_024);
      this.#note("descriptors enough");
    });
  }

  /** Removes the private copies, as a cleaner of /tmp does. */
  async #removeCopies({ privateFolder }: Subject): Promise<void> {
    if (!privateFolder) return;
    this.#note("the private folder is removed");
    // A gateway that is just being started may need them.
    this.#model.disturb();
    await Deno.remove(privateFolder, { recursive: true }).catch(() => {});
  }

  /** Sends SIGKILL, or SIGSTOP and later SIGCONT, to a process. */
  async #attack(
    action: Action,
    random: Random,
    subject: Subject,
  ): Promise<void> {
    const isOwn = action.endsWith("krakend-watch");
    if (isOwn) this.#wasStopped = true;
    const target = isOwn
      ? subject.pid
      : (await this.#find(action, random, subject))?.pid;
    if (target === undefined) return;
    this.#note(`${action} ${target}`);
    if (action.startsWith("SIGKILL")) {
      if (!action.endsWith("check")) this.#model.disturb();
      return send(target, "SIGKILL");
    }
    send(target, "SIGSTOP");
    this.#pass(random, () => {
      send(target, "SIGCONT");
      this.#note(`SIGCONT to ${target}`);
    });
  }

  /** Undoes something after a while. */
  #pass(random: Random, undo: () => void | Promise<void>): void {
    const passing = delay(LONGEST_STOP_MS * random.next() ** 2).then(undo)
      .finally(() => this.#passing.delete(passing));
    this.#passing.add(passing);
  }

  /** Finds a process that an action is about. */
  async #find(
    action: Action,
    random: Random,
    subject: Subject,
  ): Promise<Process | undefined> {
    const [kind, word = ""] = WORDS.find(([kind]) => action.endsWith(kind)) ??
      [];
    // Checks are short: one is waited for.
    for (let tries = kind === "check" ? 20 : 1; tries > 0; tries--) {
      const { gateways, keepers, others } = subject.take();
      const found = [...gateways, ...keepers, ...others]
        .filter(({ commandLine }) => commandLine.includes(word));
      if (found.length > 0) return random.pick(found);
      await delay(5);
    }
    return undefined;
  }

  /** Waits for a quiet moment, and compares. */
  async #rest(subject: Subject): Promise<void> {
    await Promise.all(this.#passing);
    if (this.#model.needsRequest) {
      this.#note("SIGHUP, as a reload may have been given up");
      send(subject.pid, "SIGHUP");
    }
    const { possible } = this.#model;
    if (possible.length === 0) return;
    const names = possible.map(({ number }) => number).join(" or ");
    let served: Version | undefined;
    let excess = "";
    await until(
      `version ${names} is served, and nothing else is there`,
      async () => {
        await delay(PAUSE_MS);
        served = await this.#served();
        excess = this.#excess(subject);
        return served !== undefined && possible.includes(served) && !excess;
      },
      {
        withinMs: QUIET_MS,
        evidence: () => `version ${served?.number} is served; ${excess}`,
      },
    );
    if (!served) return;
    this.#note(`version ${served.number} is served`);
    this.#model.confirm(served);
    this.versions++;
  }

  /** Returns the version that is served; undefined if none is. */
  async #served(): Promise<Version | undefined> {
    for (const version of this.#model.candidates) {
      const { number, port } = version;
      const status = statusOf(
        port,
        `/version/${number}`,
        this.#configs.hostname,
      );
      const answer = await deadline(status, ANSWER_MS).catch(() => {});
      if (answer === 200) return version;
    }
    return undefined;
  }

  /** Returns what is there, and must not be at a quiet moment; empty if nothing is. */
  #excess(subject: Subject): string {
    const it = this.#last = subject.take();
    const { descriptors, keeperDescriptors } = this.#first ?? it;
    const [gateway, ...more] = it.gateways;
    const processes = [...more, ...it.keepers.slice(1), ...it.others];
    const { events } = subject;
    const isReady = events.some((event) =>
      event.event === "ready" && event.pid === gateway?.pid
    );
    // No pipe is there for a watcher to hang at.
    const faults = events.filter(({ event, message }) =>
      event === "error" || message.includes("hangs")
    );
    return [
      ...processes.map(({ pid, commandLine }) => `${pid} ${commandLine}`),
      ...isReady ? [] : [`the gateway ${gateway?.pid} is not ready`],
      ...it.keepers.length > 0 ? [] : ["there is no keeper and no watchdog"],
      ...faults.map(({ message }) => message),
      ...it.copies > MOST_COPIES ? [`${it.copies} copies`] : [],
      ...it.descriptors > descriptors + MORE_DESCRIPTORS
        ? [`${it.descriptors} descriptors, ${descriptors} at first`]
        : [],
      ...it.keeperDescriptors > keeperDescriptors + MORE_DESCRIPTORS
        ? [
          `the keeper has ${it.keeperDescriptors}, ${keeperDescriptors} at first`,
        ]
        : [],
    ].join(", ");
  }

  /** Makes sure that nothing is started for changes that are none. */
  async #staysUntouched(subject: Subject): Promise<void> {
    const random = this.#random;
    // Of a version that is served, and is no other's, nothing can be pending.
    await this.#act("a version", random, subject);
    await this.#rest(subject);
    // A gateway that reads the live file may have another version than the one that it was started for.
    const { content, hasCopies } = this.#model;
    if (content.kind !== "valid" || !hasCopies || this.#wasStopped) return;
    const starts = () =>
      subject.events.filter(({ event }) => event === "starting").length;
    const before = starts();
    for (let i = 0; i < 3; i++) {
      await this.#act(random.pick(NO_OPS), random, subject);
    }
    await holds(
      "nothing is started for no change",
      () => starts() === before,
      UNTOUCHED_MS,
    );
  }

  /** Ends krakend-watch, in one of the ways, and makes sure that nothing is left. */
  async #end(subject: Subject): Promise<void> {
    const isKilled = this.#random.isTrue(0.25);
    const folder = subject.privateFolder?.replace(/^\/proc\/\d+\/root/, "");
    let left: string[] = [];
    const signal = isKilled
      ? "SIGKILL"
      : this.#random.pick(["SIGTERM", "SIGINT"] as const);
    this.#note(`${signal} to krakend-watch`);
    const ending = deadline(subject.end(signal), GONE_MS);
    const code = await ending.catch(() => undefined);
    if (code !== 0 && !isKilled) throw new Error(`it exits with ${code}`);
    await until(
      "nothing is left",
      async () => {
        await delay(PAUSE_MS);
        left = subject.takeLeft().map((it) => it.commandLine);
        const isLeft = folder && await exists(folder);
        if (isLeft) left.push(folder);
        return left.length === 0;
      },
      { withinMs: GONE_MS, evidence: () => left.join(", ") },
    );
  }

  #note(text: string): void {
    this.#diary.push([new Date().toISOString(), text]);
  }
}
