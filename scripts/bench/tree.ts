/**
 * What a tree of 50,000 folders costs that is watched by a pattern:
 * krakend-watch against reflex, in turn, in one run.
 *
 * @module
 */

import { delay } from "@std/async";
import { ensureDir } from "@std/fs";
import { join } from "@std/path";
import { findGateway } from "../gateway/build.ts";
import { configText, freePort } from "../lab/config.ts";
import { statusOf } from "../lab/status.ts";
import { until } from "../lab/until.ts";
import { say } from "../say.ts";
import { type Contestant, krakendWatch, reflex } from "./contestants.ts";
import { cpuMsOf, memoryMbOf } from "./processor.ts";
import { startQuietly } from "./quiet.ts";
import { median } from "./statistics.ts";

const ROUNDS = 5;
/** 36 × 37 × 38 folders in three levels, with a file in each. */
const SIZES = [36, 37, 38];
/** Only what is at the root matches, but nobody can tell from the pattern. */
const PATTERN = ["-r", String.raw`^krakend\.json$`];
/** One that uses no processor for so long has done its work, in milliseconds. */
const IDLE_MS = 1_000;
const PATIENCE_MS = 60_000;

interface Cost {
  /** Processor time until it only waits. */
  readonly cpuMs: number;
  readonly memoryMb: number;
  /** Time until the gateway serves. */
  readonly readyMs: number;
}

async function plant(folder: string, sizes: readonly number[]): Promise<void> {
  const [size, ...rest] = sizes;
  await Deno.writeTextFile(join(folder, "index.js"), "");
  for (let i = 0; i < (size ?? 0); i++) {
    const path = join(folder, `${i}`);
    await ensureDir(path);
    await plant(path, rest);
  }
}

async function measure(contestant: Contestant, folder: string): Promise<Cost> {
  const { name, program, args } = contestant;
  const port = freePort();
  const text = configText({
    port,
    backend: "http://127.0.0.1:1",
    endpoints: [],
  });
  await Deno.writeTextFile(join(folder, "krakend.json"), text);
  const startedAt = performance.now();
  const child = startQuietly({ program, args, cwd: folder });
  const deadline = { withinMs: PATIENCE_MS };
  await until(
    `${name} serves`,
    async () => await statusOf(port, "/__health") === 200,
    deadline,
  );
  const readyMs = performance.now() - startedAt;
  let cpuMs = -1;
  await until(`${name} only waits`, async () => {
    const before = cpuMs;
    await delay(IDLE_MS);
    cpuMs = await cpuMsOf(child.pid);
    return cpuMs === before;
  }, deadline);
  const memoryMb = await memoryMbOf(child.pid);
  child.kill("SIGTERM");
  await child.status;
  return { cpuMs, memoryMb, readyMs };
}

async function main(): Promise<void> {
  const gateway = await findGateway();
  const ours = await krakendWatch(gateway, PATTERN);
  const theirs = await reflex(gateway, PATTERN);
  const folder = await Deno.makeTempDir({ prefix: "krakend-watch-bench-" });
  const costs: Record<"ours" | "theirs", Cost[]> = { ours: [], theirs: [] };
  try {
    await plant(folder, SIZES);
    for (let round = 0; round < ROUNDS; round++) {
      costs.ours.push(await measure(ours, folder));
      costs.theirs.push(await measure(theirs, folder));
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  say(`A tree of 50,000 folders, median of ${ROUNDS}:`);
  const show = (name: string, all: readonly Cost[]) => {
    const of = (key: keyof Cost) => median(all.map((cost) => cost[key]));
    say(
      `  ${name}: ${of("cpuMs").toFixed(0)} ms of processor, ` +
        `${of("memoryMb").toFixed(0)} MB, ready after ${
          of("readyMs").toFixed(0)
        } ms`,
    );
  };
  show(ours.name, costs.ours);
  show(theirs.name, costs.theirs);
  const ratios = costs.ours.map(({ cpuMs }, i) =>
    cpuMs / (costs.theirs[i]?.cpuMs ?? NaN)
  );
  say(`  ratio of processor, round by round: ${median(ratios).toFixed(2)}`);
}

if (import.meta.main) await main();
