/**
 * Partials that are not there: KrakenD puts nothing in their place, and says nothing.
 *
 * @module
 */

import { join, resolve } from "@std/path";
import { isWithin } from "../system/paths.ts";
import type { Fault } from "./fault.ts";
import { frame } from "./frame.ts";
import { inclusionsOf, pathOfPartial } from "./inclusions.ts";

/** Where templates and partials are. */
export interface PartialsOptions {
  /** The configuration file, as the user wrote it. */
  readonly configFile: string;
  readonly cwd: string;
  readonly env: Environment;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Finds inclusions of partials that are not there, each as a frame that warns. */
export async function findMissingPartials(
  { configFile, cwd, env }: PartialsOptions,
): Promise<string[]> {
  const warnings: string[] = [];
  for (const { path, text } of await templatesOf({ configFile, cwd, env })) {
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

/**
 * The partials that templates include by name and that are not below
 * FC_PARTIALS: KrakenD takes them from the working folder where that is not
 * set, and `..` leads out of it.
 *
 * @returns Their paths, absolute.
 */
export async function findPartialsElsewhere(
  { configFile, cwd, env }: PartialsOptions,
): Promise<string[]> {
  const folder = env["FC_PARTIALS"];
  const paths = new Set<string>();
  for (const { text } of await templatesOf({ configFile, cwd, env })) {
    for (const { partial } of inclusionsOf(text)) {
      const path = pathOfPartial(partial, { cwd, env });
      if (!folder || !isWithin(path, resolve(cwd, folder))) paths.add(path);
    }
  }
  return [...paths];
}

/** All that may include partials; nothing if that is not to be known. */
async function templatesOf({ configFile, cwd, env }: PartialsOptions) {
  // The Enterprise edition can have partials elsewhere, which its file names.
  if (!env["FC_ENABLE"] || env["FC_CONFIG"]) return [];
  const paths = [configFile, ...await templatesIn(cwd, env)];
  return await Promise.all(paths.map(async (path) => {
    const text = await Deno.readTextFile(resolve(cwd, path)).catch(() => "");
    return { path, text };
  }));
}

async function templatesIn(
  cwd: string,
  env: Environment,
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
