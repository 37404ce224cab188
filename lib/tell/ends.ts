/**
 * How programs end, in words and as fields of events.
 *
 * @module
 */

import { formatDuration } from "../duration.ts";
import type { Exit } from "../system/exit.ts";
import type { Sequel } from "../supervise/state.ts";

/** How a program ended, such as `left with code 1`. */
export function howItLeft({ code, signal }: Exit): string {
  return signal ? `was ended by ${signal}` : `left with code ${code}`;
}

/** The same as fields of an event. */
export function fieldsOf({ code, signal }: Exit) {
  return { exit_code: code, signal: signal ?? undefined };
}

/** What follows when a program has left unasked. */
export interface Consequence {
  readonly sequel: Sequel;
  /** When it is started again, in milliseconds, if it is. */
  readonly retryMs: number;
}

/** What follows, such as `next start at the next change`. */
export function whatFollows({ sequel, retryMs }: Consequence): string {
  switch (sequel) {
    case "restart":
      return `next start in ${formatDuration(retryMs)}, or at the next change`;
    case "wait":
      return "next start at the next change";
    case "leave":
      return "leaving, too";
  }
}

/** The same as fields of an event. */
export function sequelOf({ sequel, retryMs }: Consequence) {
  return {
    next: sequel,
    retry_ms: sequel === "restart" ? retryMs : undefined,
  };
}
