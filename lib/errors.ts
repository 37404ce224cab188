/**
 * The errors that end the program, and the text of any error.
 *
 * @module
 */

/** Something that is needed is not there or cannot be used. */
export class FatalError extends Error {
  /** @param exitCode As shells have them: 126 for a program that cannot be run, 127 for one that is not there. */
  constructor(message: string, readonly exitCode: number) {
    super(message);
  }
}

/** The command line, or an environment variable that stands for an option, cannot be understood. */
export class UsageError extends FatalError {
  constructor(message: string) {
    super(message, 2);
  }
}

/** Returns the exit code of an error that was thrown; 1 for one that is unexpected. */
export function exitCodeOf(error: unknown): number {
  return error instanceof FatalError ? error.exitCode : 1;
}

/** Returns the message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns why something of the system failed, without its number and the path, of which each is another one. */
export function causeOf(error: unknown): string {
  return messageOf(error).replace(/ \(os error.*/s, "");
}

/** Does something that can be left undone: what it throws is reported, like what is thrown where nothing catches it. */
export function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    reportError(error);
  }
}

/** Returns what a call gives; undefined if it throws, as for a file that is not there. */
export function ifPossible<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}

/**
 * Returns what a call reads; undefined if it throws.
 *
 * @throws If the system had nothing left for us: that says nothing of a file.
 */
export function ifReadable<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if (isShortage(error)) throw error;
    return undefined;
  }
}

/** Whether something failed for want of descriptors or memory. */
export function isShortage(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    ["EMFILE", "ENFILE", "ENOMEM"].includes(String(error.code));
}

/** Returns the exit code of the program that ends as an instance did; 0 if it was asked to. */
export function exitCodeFor(
  exit: { readonly code: number } | undefined,
): number {
  // KrakenD exits with 0 when its port is taken.
  return exit ? exit.code || 1 : 0;
}
