/**
 * Finds a gateway for tests and the demo, or builds one. Run it to print its path.
 *
 * @module
 */

import { ensureDir, exists, walk } from "@std/fs";
import { join } from "@std/path";
import { exitCodeOf, FatalError, messageOf } from "../../lib/errors.ts";
import { findKrakend } from "../../lib/krakend/command.ts";
import { CACHE, GATEWAY_SOURCE } from "../paths.ts";
import { say } from "../say.ts";

/**
 * The gateway to test against: KRAKEND_BIN, else `krakend` on PATH, else one
 * that is built from KrakenD's own modules, once.
 *
 * @returns The path of the program.
 * @throws {FatalError} If it has to be built and cannot be.
 */
export async function findGateway(): Promise<string> {
  try {
    return findKrakend({
      option: undefined,
      command: [],
      env: Deno.env.toObject(),
    });
  } catch (error) {
    const mayBuild = !Deno.env.get("KRAKEND_BIN") &&
      error instanceof FatalError && error.exitCode === 127;
    if (!mayBuild) throw error;
  }
  const path = join(CACHE, "gateway", await sourceHash(), "krakend");
  if (!await exists(path)) await build(path);
  return path;
}

/** Whether a gateway is the one that is built here, which has listeners and upgrades for tests, and boots in no time. */
export async function isTestGateway(path: string): Promise<boolean> {
  const { stderr } = await new Deno.Command(path, {
    args: ["version"],
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stderr).includes("-test");
}

/** Builds into a file of its own first: several may build at the same time. */
async function build(path: string): Promise<void> {
  say("Building a gateway from KrakenD's Go modules (once, about a minute)");
  await ensureDir(join(path, ".."));
  const draft = `${path}.${crypto.randomUUID()}`;
  const { success } = await goBuild(draft);
  if (!success) {
    throw new FatalError("Cannot build the gateway: see go's message", 126);
  }
  await Deno.rename(draft, path);
}

async function goBuild(target: string): Promise<Deno.CommandStatus> {
  try {
    return await new Deno.Command("go", {
      args: ["build", "-trimpath", "-ldflags=-s -w", "-o", target, "."],
      cwd: GATEWAY_SOURCE,
      // Without cgo it is static, and runs in any image.
      env: { CGO_ENABLED: "0" },
      stdout: "null",
      stderr: "inherit",
    }).spawn().status;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new FatalError(
      "There is no krakend on PATH, and no go to build one: install Go 1.25 " +
        "or later, or name a krakend program in KRAKEND_BIN",
      127,
    );
  }
}

/** Changes with everything that the gateway is built from. */
async function sourceHash(): Promise<string> {
  const texts: string[] = [];
  for await (const { path } of walk(GATEWAY_SOURCE, { includeDirs: false })) {
    if (path.endsWith(".ts")) continue;
    texts.push(
      `${path.slice(GATEWAY_SOURCE.length)}\n${await Deno.readTextFile(path)}`,
    );
  }
  const bytes = new TextEncoder().encode(texts.sort().join("\n"));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex().slice(0, 12);
}

if (import.meta.main) {
  try {
    // deno-lint-ignore no-console -- the path is the answer, for $(deno task gateway)
    console.log(await findGateway());
  } catch (error) {
    say(messageOf(error));
    Deno.exit(exitCodeOf(error));
  }
}
