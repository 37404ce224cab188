/**
 * Puts the keeper beside the bundle, where the program finds it: from source, too.
 *
 * @module
 */

import { messageOf } from "../lib/errors.ts";
import { buildKeeper } from "./build/keeper.ts";
import { Unavailable } from "./static/errors.ts";
import { KEEPER } from "./paths.ts";
import { say } from "./say.ts";

/**
 * Builds the keeper for this machine. Without it krakend-watch works, and stops
 * the old gateway before the new one listens.
 *
 * @returns Whether there is one.
 */
export async function placeKeeper(): Promise<boolean> {
  const { os, arch } = Deno.build;
  if (os !== "linux") return false;
  try {
    // Somebody may be running the old one.
    const draft = `${KEEPER}.${crypto.randomUUID()}`;
    await buildKeeper({ arch, output: draft });
    await Deno.rename(draft, KEEPER);
    return true;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    say(`The keeper is left out: ${messageOf(error)}`);
    return false;
  }
}

if (import.meta.main) await placeKeeper();
