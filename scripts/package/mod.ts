/**
 * Packages of the files of a build.
 *
 * @module
 */

import { exists } from "@std/fs";
import { join } from "@std/path";
import { FatalError } from "../../lib/errors.ts";
import { sha256Of } from "../build/checksums.ts";
import { writeSums } from "../build/dist.ts";
import {
  FORMULA_FILE,
  MAN_FILE,
  PACKAGE_FORMATS,
  type Target,
  TARGETS,
} from "../build/targets.ts";
import { ROOT } from "../paths.ts";
import { runTool } from "../static/tool.ts";
import { configOf, contentsOf, PACKED_MAN_FILE } from "./contents.ts";
import { formulaText } from "./formula.ts";
import { writePackage } from "./nfpm.ts";

/**
 * Makes packages of all files for Linux in a folder, a formula if there is a
 * file for every target, and the sums of it all.
 *
 * @param folder The folder of a build.
 * @param say Called with what is worth saying.
 * @returns The paths of what was made.
 * @throws {FatalError} If there is no file for Linux.
 * @throws {Unavailable} If the tool for packages cannot be had.
 */
export async function packageInto(
  folder: string,
  say: (text: string) => void,
): Promise<string[]> {
  const there = await Promise.all(
    TARGETS.map(({ file }) => exists(join(folder, file))),
  );
  const targets = TARGETS.filter((_, i) => there[i]);
  const onLinux = targets.filter(({ staticArch }) => staticArch);
  if (onLinux.length === 0) {
    throw new FatalError(
      `There is no file for Linux in ${folder}: run deno task build first`,
      1,
    );
  }
  const paths: string[] = [];
  for (const target of onLinux) {
    paths.push(...await makePackages(target, folder));
  }
  if (targets.length === TARGETS.length) {
    const sums = await Promise.all(
      [...TARGETS.map(({ file }) => file), MAN_FILE].map(async (name) =>
        [name, await sha256Of(join(folder, name))] as const
      ),
    );
    const path = join(folder, FORMULA_FILE);
    await Deno.writeTextFile(path, formulaText(new Map(sums)));
    paths.push(path);
  } else {
    say(`${FORMULA_FILE}: skipped: not all targets are built`);
  }
  return [...paths, await writeSums(folder)];
}

async function makePackages(target: Target, dist: string): Promise<string[]> {
  const time = await sourceDate();
  const work = await Deno.makeTempDir({ prefix: "krakend-watch-package-" });
  try {
    const manual = await Deno.open(join(dist, MAN_FILE));
    await Deno.writeFile(
      join(work, PACKED_MAN_FILE),
      manual.readable.pipeThrough(new CompressionStream("gzip")),
    );
    const paths = [];
    for (const format of PACKAGE_FORMATS) {
      const path = join(dist, `${target.file}.${format}`);
      const files = contentsOf(target, format, { dist, work });
      await writePackage(
        configOf(target, format, files, time),
        format,
        path,
        time,
      );
      paths.push(path);
    }
    return paths;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** The time of the sources: the same for every build of a commit. */
async function sourceDate(): Promise<Date> {
  const given = Deno.env.get("SOURCE_DATE_EPOCH");
  const git = ["git", "log", "-1", "--format=%ct"];
  const seconds = given ?? (await runTool(git, { cwd: ROOT })).output.trim();
  // Sources that come without Git have no time.
  return new Date(Number(seconds) * 1_000 || 0);
}
