/**
 * Partials that are not there: KrakenD puts nothing in their place, and says nothing.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import type { Fault } from "./fault.ts";
import { frame } from "./frame.ts";
import { inclusionsOf, pathOfPartial } from "./inclusions.ts";

/** Where templates and partials are. */
export interface PartialsOptions {
  /** The configuration file, as the user wrote it. */
  readonly configFile: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Finds inclusions of partials that are not there, each as a frame that warns. */
export async function findMissingPartials(
  { configFile, cwd, env }: PartialsOptions,
): Promise<string[]> {
  // The Enterprise edition can have partials elsewhere, which its file names.
  if (!env["FC_ENABLE"] || env["FC_CONFIG"]) return [];
  const warnings: string[] = [];
  for (const path of [configFile, ...await templatesIn(cwd, env)]) {
    const text = await Deno.readTextFile(resolve(cwd, path)).catch(() => "");
    for (const { partial, offset } of inclusionsOf(text)) {
      if (await isThere(pathOfPartial(partial, { cwd, env }))) continue;
      const fault: Fault = {
        offset,
        length: "include".length,
        message:
          `the partial "${partial}" is not there, and KrakenD puts nothing in its place`,
        isWarning: true,
      };
      warnings.push(frame(text, fault, path));
    }
  }
  return warnings;
}

async function templatesIn(
  cwd: string,
  env: PartialsOptions["env"],
): Promise<string[]> {
  const folder = env["FC_TEMPLATES"];
  if (!folder) return [];
  try {
    const entries = await Array.fromAsync(Deno.readDir(resolve(cwd, folder)));
    return entries.map(({ name }) => name).sort()
      .filter((name) => name.endsWith(".tmpl"))
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
