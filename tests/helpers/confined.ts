/**
 * krakend-watch as another user, who reaches neither the checkout nor our home.
 *
 * @module
 */

import { BUNDLE, KEEPER } from "../../scripts/paths.ts";
import {
  type StartOptions,
  WATCH_FILE,
} from "../../scripts/lab/watch_process.ts";
import type { Playground } from "./playground.ts";

/** A command that makes an unprivileged user of root. */
export const AS_NOBODY = [
  "setpriv",
  "--reuid=65534",
  "--regid=65534",
  "--clear-groups",
];

/** Takes away all rights, and the way to new ones. */
export const NO_RIGHTS = [
  "--no-new-privs",
  "--bounding-set=-all",
  "--inh-caps=-all",
];

/** Puts the program, deno and the gateway where everyone can reach them. Returns how to start them. */
export async function forEveryone(
  place: Playground,
): Promise<Pick<StartOptions, "deno" | "program" | "env">> {
  const bin = place.path("bin");
  await Deno.mkdir(bin);
  const copies = {
    krakend: place.gateway,
    "krakend-watch.js": BUNDLE,
    "krakend-watch-keeper": KEEPER,
  };
  for (const [name, source] of Object.entries(copies)) {
    await Deno.copyFile(source, `${bin}/${name}`);
    await Deno.chmod(`${bin}/${name}`, 0o755);
  }
  for (const folder of [place.folder, bin]) await Deno.chmod(folder, 0o777);
  // Deno is large: another name for it does, where that is possible.
  const [program, deno] = [WATCH_FILE ?? Deno.execPath(), `${bin}/deno`];
  await Deno.link(program, deno).catch(() => Deno.copyFile(program, deno));
  const script = `${bin}/krakend-watch.js`;
  return {
    deno,
    program: WATCH_FILE ? [] : ["run", "-A", "--quiet", "--no-config", script],
    env: { KRAKEND_BIN: `${bin}/krakend`, DENO_DIR: `${bin}/cache` },
  };
}
