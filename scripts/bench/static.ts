/**
 * What the static step costs: size, and time to start, against the runtime as it was.
 *
 * @module
 */

import { join } from "@std/path";
import { type Arch, makeStatic } from "../static/mod.ts";
import { say } from "../say.ts";
import { median } from "./statistics.ts";

const STARTS = 60;

/** Starts a program to its end; the time in milliseconds. */
async function start(program: string): Promise<number> {
  const before = performance.now();
  await new Deno.Command(program, {
    args: ["eval", "1"],
    stdin: "null",
    stdout: "null",
  }).output();
  return performance.now() - before;
}

/** Both take turns, so that a noisy machine is noisy for both. */
async function compareStarts(plain: string, made: string): Promise<void> {
  const times: [plain: number, made: number][] = [];
  await start(plain);
  await start(made);
  for (let i = 0; i < STARTS; i++) {
    times.push([await start(plain), await start(made)]);
  }
  const before = median(times.map(([it]) => it));
  const after = median(times.map(([, it]) => it));
  say(
    `  start: ${before.toFixed(1)} → ${after.toFixed(1)} ms, ` +
      `${(after - before).toFixed(1)} ms more, ratio ${
        (after / before).toFixed(3)
      }`,
  );
}

async function compareSizes(plain: string, made: string): Promise<void> {
  const before = (await Deno.stat(plain)).size;
  const after = (await Deno.stat(made)).size;
  const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
  say(
    `  size: ${mb(before)} → ${mb(after)} MB, ` +
      `${((after / before - 1) * 100).toFixed(1)} % more`,
  );
}

async function compare(plain: string, arch: Arch): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "krakend-watch-bench-" });
  try {
    const made = join(folder, "static");
    await makeStatic({ input: plain, output: made, arch });
    say("The runtime, before and after the static step:");
    await compareSizes(plain, made);
    await compareStarts(plain, made);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await compare(Deno.execPath(), Deno.build.arch);
