/**
 * Measures krakend-watch against the gateway alone, watchexec and reflex, in
 * one run, and prints a table. `--help` shows the options.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { ensureDir } from "@std/fs";
import { dirname, join } from "@std/path";
import { messageOf } from "../../lib/errors.ts";
import { findGateway, isTestGateway } from "../gateway/build.ts";
import { DIST } from "../paths.ts";
import { say } from "../say.ts";
import { aboutRun } from "./about.ts";
import { krakendWatch, others } from "./contestants.ts";
import {
  type Bench,
  type Figure,
  losses,
  memory,
  processor,
  reload,
  start,
} from "./measurements.ts";

const USAGE = `usage: deno task bench [OPTION]...
  --only PARTS    of reload, losses, processor, start and memory, with commas between
  --quick         a tenth of all rounds: to see that it works
  --build         build watchexec by cargo and reflex by go, if they are not on PATH
  --file FILE     krakend-watch is this file, and not the bundle
  --ballast N     endpoints that make the gateway's boot longer
  --output FILE   where the figures go as JSON (dist/bench.json)`;

/** The parts, by their names, and their headings. */
const PARTS: Readonly<
  Record<string, [string, (bench: Bench) => Promise<Figure[]>]>
> = {
  reload: ["From a save to the new configuration served", reload],
  losses: ["Requests lost in reloads under load", losses],
  processor: ["Processor time per request, all processes", processor],
  start: ["From the start of the program", start],
  memory: ["Memory and idle processor of krakend-watch", memory],
};

/** So many make the test gateway boot in about 40 ms, as KrakenD does without any. */
const BALLAST = 500;

async function main(): Promise<void> {
  const args = parseArgs(Deno.args, {
    boolean: ["quick", "build", "help"],
    string: ["only", "file", "output", "ballast"],
    default: { output: join(DIST, "bench.json") },
    unknown(argument) {
      throw new Error(`What is ${argument}?\n${USAGE}`);
    },
  });
  if (args["help"]) return say(USAGE);
  const names = args["only"]
    ? `${args["only"]}`.split(",")
    : Object.keys(PARTS);
  const wrong = names.find((name) => !PARTS[name]);
  if (wrong !== undefined) throw new Error(`No part is ${wrong}\n${USAGE}`);
  const bench = await benchOf(args);
  const results: Record<string, Figure[]> = {};
  for (const name of names) {
    const [heading, measure] = PARTS[name] ?? [];
    if (!heading || !measure) continue;
    say(`\n${heading}`);
    const figures = results[name] = await measure(bench);
    for (const figure of figures) say(lineOf(figure));
  }
  const output = `${args["output"]}`;
  await ensureDir(dirname(output));
  const about = await aboutRun(bench.gateway, bench.others);
  const text = JSON.stringify({ ...about, ...bench, results }, null, 2);
  await Deno.writeTextFile(output, `${text}\n`);
  say(`\nAll figures are in ${output}`);
}

async function benchOf(args: Record<string, unknown>): Promise<Bench> {
  const gateway = await findGateway();
  const share = args["quick"] ? 0.1 : 1;
  const times = (count: number) => Math.max(1, Math.round(count * share));
  const file = args["file"] ? `${args["file"]}` : undefined;
  return {
    gateway,
    ours: await krakendWatch(gateway, file),
    others: await others(gateway, Boolean(args["build"])),
    ballast: Number(
      args["ballast"] ?? (await isTestGateway(gateway) ? BALLAST : 0),
    ),
    rounds: times(30),
    pairs: times(10),
    requests: times(16_000),
    reloads: { load: times(60), memory: times(100) },
    idleMs: times(20_000),
  };
}

function lineOf({ name, value, unit, goal }: Figure): string {
  const digits = Number.isInteger(value) ? 0 : unit === "ms" ? 1 : 2;
  const number = `${value.toFixed(digits)} ${unit}`.trimEnd();
  const target = goal === undefined ? "" : `   goal: ${goal}`;
  return `  ${name.padEnd(58)} ${number.padStart(10)}${target}`;
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    say(messageOf(error));
    Deno.exit(1);
  }
}
