/**
 * Time from a save to the new configuration served: krakend-watch with its
 * check against reflex without one, in turn, in one run.
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
import { say } from "../say.ts";
import { startQuietly } from "./quiet.ts";
import { median } from "./statistics.ts";
import { type Contestant, krakendWatch, reflex } from "./contestants.ts";

const ROUNDS = 20;
/** Both rest between two saves, so that each save is a first one. */
const REST_MS = 1_200;

/** A contestant that runs, with a gateway of its own. */
interface Runner extends AsyncDisposable {
  /** Saves a configuration and waits until it is served; gives the time in milliseconds. */
  reload(round: number): Promise<number>;
}

async function start(contestant: Contestant): Promise<Runner> {
  const { program, args } = contestant;
  const folder = await Deno.makeTempDir({ prefix: "krakend-watch-bench-" });
  const backend = startBackend();
  const port = freePort();
  const save = (...endpoints: readonly string[]) =>
    Deno.writeTextFile(
      join(folder, "krakend.json"),
      configText({ port, backend: backend.url, endpoints }),
    );
  const serves = (path: string) =>
    until(
      `${contestant.name} serves ${path}`,
      async () => await statusOf(port, path) === 200,
    );
  await save("/round/0");
  const child = startQuietly({ program, args, cwd: folder });
  await serves("/round/0");
  return {
    async reload(round) {
      const startedAt = performance.now();
      await save(`/round/${round}`);
      await serves(`/round/${round}`);
      return performance.now() - startedAt;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await backend[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function main(): Promise<void> {
  const gateway = await findGateway();
  const ours = await krakendWatch(gateway);
  const theirs = await reflex(gateway);
  await using us = await start(ours);
  await using them = await start(theirs);
  const ourTimes: number[] = [];
  const theirTimes: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    await delay(REST_MS);
    ourTimes.push(await us.reload(round));
    theirTimes.push(await them.reload(round));
  }
  say(`From save to served, median of ${ROUNDS} (minimum to maximum):`);
  for (
    const [{ name }, times] of [[ours, ourTimes], [theirs, theirTimes]] as const
  ) {
    const range = `${Math.min(...times).toFixed(0)} to ${
      Math.max(...times).toFixed(0)
    }`;
    say(`  ${name}: ${median(times).toFixed(0)} ms (${range})`);
  }
  const ratios = ourTimes.map((time, i) => time / (theirTimes[i] ?? NaN));
  say(`  ratio, round by round: ${median(ratios).toFixed(2)}`);
}

if (import.meta.main) await main();
