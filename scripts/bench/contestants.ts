/**
 * Who is measured: krakend-watch, and others that restart a gateway when its
 * configuration changes, without a check.
 *
 * @module
 */

import { ensureDir, exists } from "@std/fs";
import { join } from "@std/path";
import { bundle } from "../bundle.ts";
import { CACHE } from "../paths.ts";
import { say } from "../say.ts";

/** A program that starts a gateway. */
export interface Contestant {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** What starts the gateway in the working folder. */
const RUN = ["run", "-c", "krakend.json"];
/** Where programs are built. */
const BUILT = join(CACHE, "bench");

/** The gateway, alone. */
export function alone(gateway: string): Contestant {
  return { name: "gateway alone", program: gateway, args: RUN };
}

/**
 * krakend-watch.
 *
 * @param file Its file; the bundle if absent.
 */
export async function krakendWatch(
  gateway: string,
  file?: string,
): Promise<Contestant> {
  const command = file
    ? [file]
    : [Deno.execPath(), "run", "-A", "--no-config", await bundle()];
  const [program = "", ...args] = [...command, "--krakend", gateway, ...RUN];
  return { name: "krakend-watch", program, args };
}

/** Another watcher: its arguments, and how it is built into a folder. */
interface Other {
  readonly args: readonly string[];
  readonly build: readonly string[];
}

const OTHERS: Readonly<Record<string, Other>> = {
  watchexec: {
    args: ["--restart", "--watch", "krakend.json", "--shell=none", "--"],
    build: [
      ...["cargo", "install", "--locked", "--root", BUILT],
      ...["watchexec-cli@2.8.0"],
    ],
  },
  // The command line of the image krakend:watch.
  reflex: {
    args: ["-g", "krakend.json", "-s", "--"],
    build: ["go", "install", "github.com/cespare/reflex@v0.3.1"],
  },
};

/**
 * The others that are on PATH, or were built before.
 *
 * @param isBuilding Whether to build those that are missing.
 */
export async function others(
  gateway: string,
  isBuilding: boolean,
): Promise<Contestant[]> {
  const found: Contestant[] = [];
  for (const [name, { args, build }] of Object.entries(OTHERS)) {
    if (isBuilding && !await pathOf(name)) await make(name, build);
    const program = await pathOf(name);
    if (program) {
      found.push({ name, program, args: [...args, gateway, ...RUN] });
    } else say(`${name} is not on PATH, and is skipped: --build builds it`);
  }
  return found;
}

async function pathOf(name: string): Promise<string | undefined> {
  const folders = [
    join(BUILT, "bin"),
    ...Deno.env.get("PATH")?.split(":") ?? [],
  ];
  for (const folder of folders) {
    const path = join(folder, name);
    if (await exists(path, { isFile: true })) return path;
  }
  return undefined;
}

async function make(name: string, build: readonly string[]): Promise<void> {
  const [program = "", ...args] = build;
  say(`Building ${name} by ${program} (once)`);
  const folder = join(BUILT, "bin");
  await ensureDir(folder);
  try {
    await new Deno.Command(program, {
      args,
      env: { GOBIN: folder },
      stdout: "null",
    }).spawn().status;
  } catch (error) {
    say(`Cannot build ${name}: ${error}`);
  }
}
