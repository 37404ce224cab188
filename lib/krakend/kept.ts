/**
 * Copies of configurations, to go back to one that worked.
 *
 * @module
 */

import { extname, join } from "@std/path";
import { argsWithConfig } from "./command.ts";

/** A configuration as it was approved. */
export interface Copy {
  readonly path: string;
  /** Whether it was made from templates, and has none itself. */
  readonly isCompiled: boolean;
}

/** What to copy, and where to. */
export interface CopySource {
  /** The configuration file, absolute. */
  readonly configFile: string;
  /** What flexible configuration made of it, if it is on. */
  readonly compiledFile: string;
  readonly env: Readonly<Record<string, string>>;
  /** A private folder. */
  readonly folder: string;
  /** Distinguishes this copy from others. */
  readonly name: string;
}

/**
 * Copies a configuration, for nobody else to read.
 *
 * @returns Undefined if there is nothing to copy, such as templates that nobody has compiled.
 */
export async function copyConfig(
  source: CopySource,
): Promise<Copy | undefined> {
  const { configFile, compiledFile, env, folder, name } = source;
  const isCompiled = Boolean(env["FC_ENABLE"]);
  const original = isCompiled ? compiledFile : configFile;
  // KrakenD tells the format by the extension.
  const path = join(folder, `${name}${extname(original)}`);
  try {
    const bytes = await Deno.readFile(original);
    await Deno.writeFile(path, bytes, { mode: 0o600 });
    return { path, isCompiled };
  } catch {
    return undefined;
  }
}

/** Removes a copy that nobody needs any more. */
export async function removeCopy(copy: Copy | undefined): Promise<void> {
  if (copy) await Deno.remove(copy.path).catch(() => {});
}

/** How to run krakend. */
export interface Launch {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The same launch from a copy. Paths in a configuration are relative to the working folder, so it can lie anywhere. */
export function launchFrom<T extends Launch>(copy: Copy, launch: T): T {
  const env = Object.fromEntries(
    Object.entries(launch.env).filter(([name]) =>
      !copy.isCompiled || !name.startsWith("FC_")
    ),
  );
  return { ...launch, args: argsWithConfig(launch.args, copy.path), env };
}
