/**
 * Files that another program keeps for itself for a moment, as Windows lets an
 * editor do while it saves.
 *
 * @module
 */

/** How long a file may be locked before that is a fault, in milliseconds: editors and virus scanners take less. */
const PATIENCE_MS = 1_000;
const INTERVAL_MS = 20;

/**
 * ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION ("System Error Codes" of
 * Windows), as the runtime puts them into its messages.
 */
const LOCKED = /\(os error (?:32|33)\)/;

/** Whether an error says that a file is locked. Only Windows locks files against reading. */
export function isLocked(
  error: unknown,
  os: typeof Deno.build.os = Deno.build.os,
): boolean {
  if (os !== "windows" || !(error instanceof Error)) return false;
  return error instanceof Deno.errors.Busy ||
    ("code" in error && error.code === "EBUSY") || LOCKED.test(error.message);
}

/**
 * Does something with a file, again and again as long as that is locked.
 *
 * @throws What the last try threw.
 */
export async function whenFree<T>(
  act: () => Promise<T>,
  os: typeof Deno.build.os = Deno.build.os,
): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS;
  while (true) {
    try {
      return await act();
    } catch (error) {
      if (!isLocked(error, os) || performance.now() >= deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}
