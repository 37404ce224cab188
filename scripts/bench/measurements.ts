/**
 * The measurements: each takes contestants in turn, so that a noisy machine is
 * noisy for all of them.
 *
 * @module
 */

import { delay } from "@std/async";
import {
  type Failure,
  get,
  load,
  sendAgain,
  sendOnce,
  type Tally,
} from "../lab/load.ts";
import { alone, type Contestant } from "./contestants.ts";
import { Runner } from "./runner.ts";
import { median, medianRatio } from "./statistics.ts";
import { cpuMsOf, idleCpuMsOf, memoryMbOf, treeOf } from "./usage.ts";

/** Who is measured, and how often. */
export interface Bench {
  readonly gateway: string;
  readonly ours: Contestant;
  readonly others: readonly Contestant[];
  /** Endpoints that only make the boot of a gateway longer. */
  readonly ballast: number;
  /** Rounds of what is measured in rounds. */
  readonly rounds: number;
  /** Pairs of runs under load. */
  readonly pairs: number;
  /** Requests of each of these. */
  readonly requests: number;
  /** Reloads under load, and until memory is measured again. */
  readonly reloads: { readonly load: number; readonly memory: number };
  /** How long nothing happens, in milliseconds. */
  readonly idleMs: number;
}

/** A figure, for a row of the table. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Such as `ms`; empty for a ratio or a count. */
  readonly unit: string;
  /** The largest value that is good. */
  readonly goal?: number;
  /** What it is the median of. */
  readonly samples?: readonly number[];
}

/** Both watchers rest between two saves, so that each save is a first one, in milliseconds. */
const REST_MS = 1_200;
/** Until what a start leaves to be done is done, in milliseconds. */
const COOL_MS = 3_000;
const CONNECTIONS = 8;

function ratio(
  name: string,
  [values, others]: readonly [readonly number[], readonly number[]],
  goal?: number,
): Figure {
  const value = medianRatio(values, others);
  return { name, value, unit: "", ...(goal === undefined ? {} : { goal }) };
}

function times(name: string, samples: readonly number[]): Figure {
  return { name, value: median(samples), unit: "ms", samples };
}

/** From a save to the new configuration served. */
export async function reload(bench: Bench): Promise<Figure[]> {
  const { gateway, ours, others, ballast, rounds } = bench;
  await using stack = new AsyncDisposableStack();
  const runners = new Map<string, Runner>();
  for (const contestant of [ours, ...others]) {
    const runner = await Runner.start({ contestant, ballast });
    runners.set(contestant.name, stack.use(runner));
  }
  const own = stack.use(Runner.idle({ contestant: alone(gateway), ballast }));
  const samples = new Map<string, number[]>();
  const add = (name: string, ms: number) =>
    samples.set(name, [...samples.get(name) ?? [], ms]);
  for (let round = 0; round < rounds; round++) {
    await delay(REST_MS);
    for (const [name, runner] of runners) add(name, await runner.reload());
    add("the gateway's own boot", await own.boot());
    await own.stop();
  }
  const of = (name: string) => samples.get(name) ?? [];
  const against = (name: string, goal?: number) =>
    ratio(`krakend-watch against ${name}`, [of(ours.name), of(name)], goal);
  return [
    ...[...samples].map(([name, ms]) => times(name, ms)),
    ...others.map(({ name }) =>
      against(name, name === "watchexec" ? 0.6 : undefined)
    ),
    against("the gateway's own boot", 1.4),
  ];
}

/** What becomes of the clients of a gateway that is reloaded. */
export async function losses(bench: Bench): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const contestant of [bench.ours, ...bench.others]) {
    const { ballast } = bench;
    await using runner = await Runner.start({ contestant, ballast });
    const stop = new AbortController();
    const once = (path: string, pauseMs = 0) => () =>
      sendOnce(runner, [get(path)], pauseMs);
    const loading = load([
      { name: "new connections", count: 4, create: once("/__health") },
      { name: "late senders", count: 8, create: once("/__health", 30) },
      { name: "slow requests", count: 8, create: once("/slow/2000") },
    ], stop.signal);
    for (let i = 0; i < bench.reloads.load; i++) await runner.reload();
    stop.abort();
    figures.push(...lossesIn(await loading, contestant));
  }
  return figures;
}

function lossesIn(
  tallies: ReadonlyMap<string, Tally>,
  { name }: Contestant,
): Figure[] {
  const all = [...tallies.values()];
  const sent = all.reduce((sum, tally) => sum + tally.sent, 0);
  const count = (...kinds: readonly Failure["kind"][]) =>
    all.flatMap((it) => it.failures).filter(({ kind }) => kinds.includes(kind))
      .length;
  const goal = name === "krakend-watch" ? { goal: 0 } : {};
  return [
    { name: `${name}: refused, of ${sent}`, value: count("refused") },
    { name: `${name}: dropped or cut`, value: count("dropped", "cut") },
  ].map((figure) => ({ ...figure, unit: "", ...goal }));
}

/** Processor time and duration of a load. */
interface Cost {
  readonly cpuMs: number;
  readonly ms: number;
}

/** Processor time per request, of all processes together, against the gateway alone. */
export async function processor(bench: Bench): Promise<Figure[]> {
  const { gateway, ours, pairs } = bench;
  const figures: Figure[] = [];
  for (
    const [where, log, goal, count] of [
      ["log in a folder of its own", "log/gateway.log", 1.03, pairs],
      [
        "log beside the configuration",
        "gateway.log",
        undefined,
        Math.ceil(pairs / 2),
      ],
    ] as const
  ) {
    const costs: Record<"watched" | "alone", Cost[]> = {
      watched: [],
      alone: [],
    };
    for (let pair = 0; pair < count; pair++) {
      // The order is turned: what comes first may meet a warmer machine.
      const order = pair % 2 === 0
        ? ["alone", "watched"] as const
        : ["watched", "alone"] as const;
      for (const who of order) {
        const contestant = who === "watched" ? ours : alone(gateway);
        costs[who].push(await costOf(contestant, log, bench));
      }
    }
    const both = (key: keyof Cost) =>
      [costs.watched, costs.alone].map((list) => list.map((it) => it[key]));
    const [watchedCpu = [], aloneCpu = []] = both("cpuMs");
    const [watchedMs = [], aloneMs = []] = both("ms");
    const micros = median(aloneCpu) * 1_000 / bench.requests;
    figures.push(
      { name: `gateway alone, ${where}`, value: micros, unit: "µs" },
      ratio(`with krakend-watch, ${where}`, [watchedCpu, aloneCpu], goal),
      ratio(`throughput, ${where}`, [aloneMs, watchedMs]),
    );
  }
  return figures;
}

async function costOf(
  contestant: Contestant,
  log: string,
  { requests, ballast }: Bench,
): Promise<Cost> {
  await using runner = await Runner.start({ contestant, ballast, log });
  await delay(COOL_MS);
  await request(runner, requests / 20);
  const pids = treeOf(runner.pid);
  const sum = () => pids.reduce((total, pid) => total + cpuMsOf(pid), 0);
  const before = sum();
  const startedAt = performance.now();
  await request(runner, requests);
  return { cpuMs: sum() - before, ms: performance.now() - startedAt };
}

/** Sends so many requests, on connections that are kept. */
async function request(runner: Runner, count: number): Promise<void> {
  let left = count;
  await Promise.all(Array.from({ length: CONNECTIONS }, async () => {
    const tally: Tally = { sent: 0, repeated: 0, failures: [] };
    const send = sendAgain(runner, tally, runner.path);
    while (left-- > 0) {
      const failure = await send();
      if (failure) throw new Error(`${failure.kind}: ${failure.detail}`);
    }
  }));
}

/** From the start of a program to its first line, and to a gateway that serves. */
export async function start(bench: Bench): Promise<Figure[]> {
  const { gateway, ours, ballast, rounds } = bench;
  const empty = await Deno.makeTempFile({ suffix: ".ts" });
  await using watched = Runner.idle({ contestant: ours, ballast });
  await using own = Runner.idle({ contestant: alone(gateway), ballast });
  const samples = {
    runtime: [] as number[],
    line: [] as number[],
    served: [] as number[],
    boot: [] as number[],
  };
  for (let round = 0; round < rounds; round++) {
    samples.runtime.push(await runEmpty(empty));
    samples.line.push(await firstLine(watched));
    for (
      const [runner, list] of [
        [watched, samples.served],
        [own, samples.boot],
      ] as const
    ) {
      list.push(await runner.boot());
      await runner.stop();
    }
  }
  await Deno.remove(empty);
  const least = samples.boot.map((ms, i) => ms + (samples.runtime[i] ?? NaN));
  return [
    times("deno run of an empty file", samples.runtime),
    times("the gateway's own boot", samples.boot),
    times("first line", samples.line),
    times("served", samples.served),
    ratio(
      "first line against an empty file",
      [samples.line, samples.runtime],
      2.2,
    ),
    ratio(
      "served against boot and an empty file",
      [samples.served, least],
      1.5,
    ),
  ];
}

async function runEmpty(file: string): Promise<number> {
  const startedAt = performance.now();
  await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", file],
    stdin: "null",
    stdout: "null",
  }).spawn().status;
  return performance.now() - startedAt;
}

async function firstLine(runner: Runner): Promise<number> {
  const startedAt = performance.now();
  const child = runner.spawn("piped");
  const reader = child.stderr.getReader();
  await reader.read();
  const ms = performance.now() - startedAt;
  reader.releaseLock();
  const rest = child.stderr.pipeTo(new WritableStream()).catch(() => {});
  await runner.stop(child);
  await rest;
  return ms;
}

/** Resident memory, and what is used of the processor while nothing happens. */
export async function memory(bench: Bench): Promise<Figure[]> {
  const { ours, ballast, idleMs } = bench;
  await using runner = await Runner.start({ contestant: ours, ballast });
  await delay(COOL_MS);
  const own = runner.pid;
  const keeper = treeOf(own).find((pid) =>
    Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes("\0keep\0")
  );
  const atStart = memoryMbOf(own);
  const pids = [own, ...keeper === undefined ? [] : [keeper]];
  const sum = () => pids.reduce((total, pid) => total + idleCpuMsOf(pid), 0);
  const before = sum();
  await delay(idleMs);
  const idle = (sum() - before) / idleMs * 100;
  for (let i = 0; i < bench.reloads.memory; i++) await runner.reload();
  await delay(COOL_MS);
  const after = `after ${bench.reloads.memory} reloads`;
  return [
    { name: "resident at start", value: atStart, unit: "MB", goal: 45 },
    { name: `resident ${after}`, value: memoryMbOf(own), unit: "MB", goal: 50 },
    ...keeper === undefined ? [] : [{
      name: `keeper, resident ${after}`,
      value: memoryMbOf(keeper) * 1_024,
      unit: "kB",
    }],
    { name: "idle, of a core", value: idle, unit: "%", goal: 0.1 },
  ];
}
