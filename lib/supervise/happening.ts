/**
 * What happened to a gateway, for the report.
 *
 * @module
 */

import type { Exit } from "../system/exit.ts";
import type { Sequel, Version } from "./state.ts";

/** What happened. Times in milliseconds. */
export type Fact =
  | { readonly kind: "started"; readonly pid: number }
  | {
    readonly kind: "ready";
    readonly pid: number;
    readonly version: Version;
    /** From the start to the first answer. */
    readonly bootMs: number;
    /** From the moment the previous gateway was told to leave, or left; undefined if there was none, or it was not missed. */
    readonly gapMs: number | undefined;
  }
  /** The gateway runs and does not answer; told once. */
  | { readonly kind: "silent" }
  /** The newest configuration does not work: the gateway that runs was never touched. */
  | (Failure & {
    readonly kind: "abandoned";
    /** When the newest one is tried again; undefined if only at the next change. */
    readonly retryMs: number | undefined;
  })
  /** The newest configuration does not work: the one that did is run again. */
  | (Failure & { readonly kind: "restoring" })
  | { readonly kind: "terminating"; readonly pid: number }
  /** A gateway that was told to leave while another took its place is gone. */
  | { readonly kind: "drained"; readonly pid: number }
  | { readonly kind: "killing"; readonly pid: number }
  /** The gateway left unasked. */
  | {
    readonly kind: "exited";
    readonly exit: Exit;
    readonly sequel: Sequel;
    /** When it is started again; 0 unless it is. */
    readonly retryMs: number;
    /** The last lines of its output; none if it has served. */
    readonly lastLines: readonly string[];
    /** Whether it may have read files that were being written, while it was starting. */
    readonly isOutdated: boolean;
  }
  | {
    readonly kind: "start failed";
    readonly error: unknown;
    readonly sequel: Sequel;
    readonly retryMs: number;
  };

/** How a configuration failed. */
export interface Failure {
  /** How the gateway ended; undefined if it did not answer in time. */
  readonly end: Exit | Error | undefined;
  /** The last lines of its output. */
  readonly lastLines: readonly string[];
  readonly isOutdated: boolean;
}

/** How the last gateway ended that was not told to. */
export interface LastEnd {
  /** Undefined if it still runs and keeps silent. */
  readonly end: Exit | Error | undefined;
  readonly lastLines: readonly string[];
  readonly livedMs?: number;
}
