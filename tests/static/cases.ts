/**
 * Tests of the static step, which are ignored by name where it cannot be done.
 *
 * @module
 */

import { StaticError, Unavailable } from "../../scripts/static/errors.ts";
import { succeeds } from "../helpers/processes.ts";
import { IN_NAMESPACE } from "./namespace.ts";
import { type Subject, subjectFor } from "./subject.ts";

const { os, arch } = Deno.build;
const made = os === "linux"
  ? await orObstacle(() => subjectFor(arch))
  : new StaticError("needs Linux");
const NEEDS_ROOT = "needs root, and unshare";
const mayEnterRooms = await succeeds("unshare", "--mount", "true");
const mayBeFirst = await succeeds(...IN_NAMESPACE, "true");

/** Why nothing can be made static here; undefined if it can. */
export const obstacle = made instanceof Error ? made.message : undefined;

/** The small C program, for this machine. Where nothing can be made static there is none. */
export const subject: Subject = made instanceof Error
  ? { plain: "", path: "" }
  : made;

/** Returns what a step of the build makes, or why it cannot be made here. */
export async function orObstacle<T>(
  make: () => Promise<T>,
): Promise<T | Unavailable> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof Unavailable) return error;
    throw error;
  }
}

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
export function testInRoom(
  name: string,
  fn: () => Promise<void>,
  reason?: string | false,
): void {
  testStatic(name, fn, reason || !mayEnterRooms && NEEDS_ROOT);
}

/** A test that needs to be the first process: see namespace.ts. */
export function testAsInit(
  name: string,
  fn: () => Promise<void>,
  reason?: string | false,
): void {
  testStatic(name, fn, reason || !mayBeFirst && NEEDS_ROOT);
}
