/**
 * Tests of the static step, which are ignored by name where it cannot be done.
 *
 * @module
 */

import { StaticError } from "../../scripts/static/mod.ts";
import { succeeds } from "../helpers/processes.ts";
import { IN_NAMESPACE } from "./namespace.ts";
import { type Subject, subjectFor } from "./subject.ts";

const made = await make();
const NEEDS_ROOT = "needs root, and unshare";
const mayEnterRooms = await may("unshare", "--mount", "true");
const hasScript = await may("script", "--version");
const mayBeFirst = await may(...IN_NAMESPACE, "true");

/** Why nothing can be made static here; undefined if it can. */
export const obstacle = made instanceof StaticError ? made.message : undefined;

/** The small C program, for this machine. Where nothing can be made static there is none. */
export const subject: Subject = made instanceof StaticError
  ? { plain: "", path: "" }
  : made;

/** A test that can be done wherever the static step can, but for a reason that is given. */
export function testStatic(
  name: string,
  fn: () => void | Promise<void>,
  reason?: string | false,
): void {
  const why = obstacle ?? reason;
  Deno.test({
    name: why ? `${name} (ignored: ${why})` : name,
    ignore: Boolean(why),
    fn,
  });
}

/** A test that needs rooms: see room.ts. */
export function testInRoom(name: string, fn: () => Promise<void>): void {
  testStatic(name, fn, !mayEnterRooms && NEEDS_ROOT);
}

/** A test that needs to be the first process: see namespace.ts. */
export function testAsInit(
  name: string,
  fn: () => Promise<void>,
  reason?: string | false,
): void {
  testStatic(name, fn, reason || !mayBeFirst && NEEDS_ROOT);
}

/** A test that needs to be the first process of a terminal: see terminal.ts. */
export function testInTerminal(name: string, fn: () => Promise<void>): void {
  testAsInit(name, fn, !hasScript && "there is no script(1)");
}

async function make(): Promise<Subject | StaticError> {
  if (Deno.build.os !== "linux") return new StaticError("needs Linux");
  try {
    return await subjectFor(Deno.build.arch);
  } catch (error) {
    if (error instanceof StaticError) return error;
    throw error;
  }
}

async function may(...command: string[]): Promise<boolean> {
  return Deno.build.os === "linux" && await succeeds(...command);
}
