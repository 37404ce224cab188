/**
 * For how long nobody listens at a restart, as a part of the gateway's own
 * boot: with the next gateway leading, with a slow request in flight as well,
 * and one after the other.
 *
 * @module
 */

import { delay } from "@std/async";
import { join } from "@std/path";
import { findGateway } from "../gateway/build.ts";
import { startBackend } from "../lab/backend.ts";
import { configText, freePort } from "../lab/config.ts";
import { statusOf } from "../lab/status.ts";
import { until } from "../lab/until.ts";
import { startKrakendWatch } from "../lab/watch_process.ts";
import { say } from "../say.ts";
import { startQuietly } from "./quiet.ts";
import { median } from "./statistics.ts";

const ROUNDS = 10;
/** Time between two restarts, in milliseconds: each is a first change. */
const REST_MS = 1_200;
/** A request that is in flight from before a restart until after it, in milliseconds. */
const SLOW_MS = 2_000;

/** A way of restarting. */
interface Way {
  readonly name: string;
  /** What the configuration has in its `extra_config`. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly isBusy: boolean;
}

const WAYS: readonly Way[] = [
  { name: "the next one leads", extra: {}, isBusy: false },
  { name: "the same, with a slow request in flight", extra: {}, isBusy: true },
  {
    name: "one after the other",
    extra: { "telemetry/metrics": {} },
    isBusy: false,
  },
];

async function isListening(port: number): Promise<boolean> {
  try {
    using _ = await Deno.connect({ hostname: "127.0.0.1", port });
    return true;
  } catch {
    return false;
  }
}

/** The longest time in which nobody listened until a signal aborts, in milliseconds. */
async function longestGap(port: number, signal: AbortSignal): Promise<number> {
  let longest = 0;
  let lastHeard = performance.now();
  while (!signal.aborted) {
    if (await isListening(port)) {
      const now = performance.now();
      longest = Math.max(longest, now - lastHeard);
      lastHeard = now;
    }
    await delay(1);
  }
  return longest;
}

/** How long the gateway itself takes until it listens, in milliseconds. */
async function bootTimes(gateway: string, folder: string, port: number) {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    const child = startQuietly({
      program: gateway,
      args: ["run", "-c", "krakend.json"],
      cwd: folder,
    });
    while (!await isListening(port)) await delay(1);
    times.push(performance.now() - startedAt);
    child.kill("SIGTERM");
    await child.status;
  }
  return times;
}

/** How many gateways have become ready. */
function ready(lines: readonly string[]): number {
  return lines.filter((line) => line.includes("krakend-watch: ready")).length;
}

async function main(): Promise<void> {
  const gateway = await findGateway();
  const folder = await Deno.makeTempDir({ prefix: "krakend-watch-bench-" });
  await using backend = startBackend();
  const port = freePort();
  const slow = `/slow/${SLOW_MS}`;
  let round = 0;
  const save = (extra_config: Way["extra"]) =>
    Deno.writeTextFile(
      join(folder, "krakend.json"),
      configText({
        port,
        backend: backend.url,
        endpoints: [`/round/${++round}`, slow],
        settings: { extra_config },
      }),
    );
  try {
    await save({});
    const boot = median(await bootTimes(gateway, folder, port));
    say(`The gateway listens ${boot.toFixed(0)} ms after its start.`);
    for (const { name, extra, isBusy } of WAYS) {
      await save(extra);
      await using watch = startKrakendWatch({
        args: ["run", "-c", "krakend.json"],
        cwd: folder,
        env: { KRAKEND_BIN: gateway },
      });
      await until("it serves", () => ready(watch.lines) > 0);
      const gaps: number[] = [];
      const answers: Promise<number | undefined>[] = [];
      for (let i = 0; i < ROUNDS; i++) {
        await delay(REST_MS);
        if (isBusy) {
          const { pending } = backend;
          answers.push(statusOf(port, slow));
          await until(
            "the slow request is in flight",
            () => backend.pending > pending,
          );
        }
        const stop = new AbortController();
        const gap = longestGap(port, stop.signal);
        await save(extra);
        await until("it is ready", () => ready(watch.lines) > i + 1);
        stop.abort();
        gaps.push(await gap);
      }
      const ratio = median(gaps) / boot;
      const worst = Math.max(...gaps) / boot;
      say(
        `  ${name}: nobody listened for ${ratio.toFixed(2)} of that (median), ${
          worst.toFixed(2)
        } (worst)`,
      );
      const lost = (await Promise.all(answers)).filter((it) => it !== 200);
      if (isBusy) say(`    slow requests lost: ${lost.length} of ${ROUNDS}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await main();
