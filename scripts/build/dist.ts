/**
 * Fills a folder with the files of a build.
 *
 * @module
 */

import { exists } from "@std/fs";
import { join } from "@std/path";
import { completionsText } from "../../lib/cli/completions.ts";
import { SHELLS } from "../../lib/cli/table.ts";
import { manText } from "../docs/man.ts";
import { ROOT } from "../paths.ts";
import type { Runtime } from "./arguments.ts";
import { sha256Of, sumsText } from "./checksums.ts";
import { licensesText } from "./licenses.ts";
import { make } from "./make.ts";
import {
  COMPLETION_FILES,
  DIST_FILES,
  INSTALL_FILE,
  LICENSES_FILE,
  MAN_FILE,
  SUMS_FILE,
  type Target,
  TARGETS,
} from "./targets.ts";

/** Options for {@linkcode buildInto}. */
export interface BuildOptions {
  readonly targets: readonly Target[];
  /** The only runtime to use; undefined for denort and, where it cannot be had, the CLI. */
  readonly runtime?: Runtime | undefined;
  /** Called with what is worth saying. */
  readonly say: (text: string) => void;
}

/** What has been built. */
export interface Built {
  /** The paths of the files, with what goes with them and the sums; none if there is no file. */
  readonly paths: readonly string[];
  /** What could not be made here, and why, as sentences that begin with the target. */
  readonly skipped: readonly string[];
}

/** Builds what can be built on this machine. */
export async function buildInto(
  folder: string,
  { targets, runtime, say }: BuildOptions,
): Promise<Built> {
  const paths: string[] = [];
  const skipped: string[] = [];
  for (const target of targets) {
    const made = await make(target, { folder, runtime, say });
    if ("path" in made) {
      paths.push(made.path);
      continue;
    }
    const sentence = `${target.name}: skipped: ${made.skipped}`;
    say(sentence);
    skipped.push(sentence);
  }
  if (paths.length > 0) {
    paths.push(
      ...await writeDocuments(folder),
      await writeLicenses(folder),
      await writeSums(folder),
    );
  }
  return { paths, skipped };
}

/** Writes the page of the manual, the completions and the script that installs a release. */
async function writeDocuments(folder: string): Promise<string[]> {
  const texts = [
    [INSTALL_FILE, await Deno.readTextFile(join(ROOT, INSTALL_FILE))],
    [MAN_FILE, manText()],
    ...SHELLS.map((it) => [COMPLETION_FILES[it], completionsText(it)] as const),
  ] as const;
  return await Promise.all(texts.map(async ([name, text]) => {
    const path = join(folder, name);
    await Deno.writeTextFile(path, text);
    return path;
  }));
}

/** Writes the licences of all that is in the files that are there. */
async function writeLicenses(folder: string): Promise<string> {
  const linux = TARGETS.filter(({ staticArch }) => staticArch);
  const there = linux.map(({ file }) => exists(join(folder, file)));
  const isStatic = (await Promise.all(there)).includes(true);
  const path = join(folder, LICENSES_FILE);
  const text = await licensesText({ runtime: "denort", isStatic });
  await Deno.writeTextFile(path, `${text}\n`);
  return path;
}

/** Writes the sums of all files of a build that are there, those of an earlier one too. */
export async function writeSums(folder: string): Promise<string> {
  const sums = [];
  for (const name of DIST_FILES) {
    const path = join(folder, name);
    if (name === SUMS_FILE || !await exists(path)) continue;
    sums.push({ name, sha256: await sha256Of(path) });
  }
  const path = join(folder, SUMS_FILE);
  await Deno.writeTextFile(path, sumsText(sums));
  return path;
}
