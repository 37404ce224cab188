/**
 * Soaks krakend-watch: random edits of every kind and attacks on every process,
 * against a model that knows what must be served at quiet moments.
 *
 *     deno task soak [--minutes N] [--seed S]
 *
 * A life follows from its seed, but for the moments at which things happen; the
 * seeds of lives follow on one another. `WATCH_FILE` names a file of
 * krakend-watch to soak in place of the bundle, `KRAKEND_BIN` the gateway. All
 * traffic stays in 127.0.0.0/8.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { ensureDir } from "@std/fs";
import { join } from "@std/path";
import { exitCodeOf, messageOf, UsageError } from "../../lib/errors.ts";
import { bundle } from "../bundle.ts";
import { findGateway } from "../gateway/build.ts";
import { startBackend } from "../lab/backend.ts";
import { KEEPER } from "../paths.ts";
import { say } from "../say.ts";
import { Life } from "./life.ts";
import type { World } from "./subject.ts";

/** The time that most lives take, in milliseconds. */
const LIFE_MS = 25_000;
/** So many live at the same time: they mostly wait. */
const LIVES_AT_ONCE = 3;

/** Reads the command line. */
function readArguments(words: readonly string[]) {
  const options = parseArgs([...words], {
    string: ["minutes", "seed"],
    unknown(word) {
      throw new UsageError(
        `Unknown argument "${word}": soak takes --minutes N and --seed S`,
      );
    },
  });
  const minutes = Number(options["minutes"] ?? 2);
  const seed = Number(options["seed"] ?? Math.floor(Math.random() * 1e6));
  if (minutes > 0 && Number.isInteger(seed)) return { minutes, seed };
  throw new UsageError("--minutes and --seed take numbers");
}

/** Copies the bundle into folders with its keeper and without: the program expects that beside itself. */
async function placeBundles(folder: string): Promise<World["bundles"]> {
  const source = await bundle();
  const place = async (name: string) => {
    await ensureDir(join(folder, name));
    const path = join(folder, name, "krakend-watch.js");
    await Deno.copyFile(source, path);
    return path;
  };
  const [whole, bare] = [await place("whole"), await place("bare")];
  await Deno.copyFile(KEEPER, join(folder, "whole", "krakend-watch-keeper"))
    .catch(() => say("soak: there is no keeper, so no port is shared"));
  return { whole, bare };
}

async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args }).output()).success;
  } catch {
    return false;
  }
}

/** Runs lives for as long as there is time. Returns how many diverge. */
async function soak(): Promise<number> {
  const { minutes, seed } = readArguments(Deno.args);
  if (Deno.build.os !== "linux") {
    say("soak: skipped, as it needs Linux");
    return 0;
  }
  const folder = await Deno.makeTempDir({ prefix: "krakend-watch-soak-" });
  await using backend = startBackend();
  const world: World = {
    folder,
    gateway: await findGateway(),
    backend: backend.url,
    bundles: await placeBundles(folder),
    canMount: await succeeds("unshare", "--mount", "true"),
  };
  const endsAt = performance.now() + minutes * 60_000;
  const alive = new Set<Life>();
  const end = async () => {
    await Promise.all([...alive].map((life) => life[Symbol.asyncDispose]()));
    await Deno.remove(folder, { recursive: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => end().finally(() => Deno.exit(130)));
  }
  let next = seed;
  let divergences = 0;
  const liveOn = async () => {
    do {
      const own = next++;
      await using life = new Life(own, world);
      const about = `seed ${own}: ${JSON.stringify(life.scenario)}`;
      alive.add(life);
      try {
        const left = await life.run();
        const { actions, versions } = life;
        say(
          `soak: ${about}: ${actions} actions, ${versions} versions, ${left}`,
        );
      } catch (error) {
        divergences++;
        say(`soak: ${about} DIVERGES: ${error}\n${life.evidence}`);
      }
      alive.delete(life);
    } while (performance.now() + LIFE_MS < endsAt);
  };
  say(`soak: ${minutes} minutes from --seed ${seed} on, with ${world.gateway}`);
  await Promise.all(Array.from({ length: LIVES_AT_ONCE }, liveOn));
  await end();
  say(
    `soak: ${divergences} of ${
      next - seed
    } lives diverge; to repeat one, give its --seed`,
  );
  return divergences;
}

if (import.meta.main) {
  try {
    Deno.exit(await soak() === 0 ? 0 : 1);
  } catch (error) {
    say(messageOf(error));
    Deno.exit(exitCodeOf(error));
  }
}
