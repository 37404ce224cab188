/**
 * The tools of others that tests use.
 *
 * @module
 */

import { say } from "../../scripts/say.ts";
import { runTool } from "../../scripts/static/tool.ts";

/** Runs a program that must succeed, and returns what it printed. */
export async function mustRun(
  command: readonly string[],
  cwd?: string,
): Promise<string> {
  const { success, output, message } = await runTool(command, {
    ...(cwd !== undefined && { cwd }),
  });
  if (success) return output;
  throw new Error(`"${command.join(" ")}" failed: ${output}${message}`);
}

/**
 * Makes sure that programs are there. As root on Debian, what is missing is
 * installed.
 *
 * @param packages The packages of Debian, by the programs in them.
 * @returns Why one is missing; undefined if none is.
 */
export async function requireInstalled(
  packages: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const missing = [];
  for (const [program, name] of Object.entries(packages)) {
    const found = ["sh", "-c", 'command -v "$0"', program];
    if (!(await runTool(found)).success) missing.push(name);
  }
  if (missing.length === 0) return undefined;
  const canInstall = Deno.build.os === "linux" && Deno.uid() === 0;
  if (!canInstall) return `${missing.join(", ")} is not installed`;
  say(`Installing ${missing.join(", ")}, for tests`);
  await runTool(["apt-get", "update", "-qq"]);
  const { success, message } = await runTool([
    ...["apt-get", "install", "-qq", "--yes", "--no-install-recommends"],
    // Somebody else may be installing something.
    ...["-o", "DPkg::Lock::Timeout=60", ...missing],
  ], { env: { DEBIAN_FRONTEND: "noninteractive" } });
  if (success) return undefined;
  return `${missing.join(", ")} cannot be installed: ${reasonIn(message)}`;
}

/** Returns what a tool says of its failure, in one line. */
export function reasonIn(message: string): string {
  const lines = message.split("\n");
  const errors = lines.filter((line) => /^E:|error/i.test(line));
  return errors.join("; ") || (lines.at(-1) ?? "");
}
