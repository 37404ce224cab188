/**
 * krakend-watch without its keeper, as where the kernel does not allow to share a port.
 *
 * @module
 */

import { join } from "@std/path";
import { BUNDLE } from "../../scripts/paths.ts";
import type { Playground } from "./playground.ts";

/** Copies the bundle into a playground, without the keeper beside it. Returns the arguments for deno that run it. */
export async function withoutKeeper(place: Playground): Promise<string[]> {
  const folder = place.path("alone");
  await Deno.mkdir(folder, { recursive: true });
  const copy = join(folder, "krakend-watch.js");
  await Deno.copyFile(BUNDLE, copy);
  return ["run", "-A", "--quiet", "--no-config", copy];
}
