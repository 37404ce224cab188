/**
 * The life of a gateway, in types: where it can be, what can happen, and what can be done.
 *
 * @module
 */

/**
 * Which configuration a gateway runs with: the one that was approved last, or
 * a copy that was kept of the last one that a gateway served with.
 */
export type Version = "newest" | "kept";

/**
 * How the next gateway may take over from the one that serves:
 * - `none`: it starts when the other has left, with all that it started;
 * - `lead`: it starts a part of its boot time before the other is told to
 *   leave, which frees the port at once and goes on with its requests;
 * - `beside`: both can listen at once, so the other stays until it serves.
 */
export type Overlap = "none" | "lead" | "beside";

/** A gateway that runs and was not told to leave. */
interface Alive {
  readonly version: Version;
  /** How often in a row it left unasked. */
  readonly failures: number;
}

/** Where the gateway is in its life. Each arm holds only what matters in it. */
export type State =
  /** Nothing was approved yet, so nothing runs. */
  | { readonly name: "idle" }
  /** It was started and does not serve yet. */
  | (Alive & {
    readonly name: "starting";
    /** How often it may find its port taken by one that was told to leave, and is started again at once. */
    readonly retries: number;
  })
  /** It serves. */
  | (Alive & { readonly name: "running" })
  /** It serves, and the one that will take its place was started. */
  | (Alive & {
    readonly name: "replacing";
    readonly overlap: Exclude<Overlap, "none">;
    /** How often the next one may find its port taken, and is started again at once. */
    readonly retries: number;
  })
  /** It was told to leave. */
  | {
    readonly name: "stopping";
    readonly then: "start" | "restore" | "leave";
  }
  /** It left unasked and waits to be started again. */
  | (Alive & { readonly name: "backoff" })
  /** It left unasked and waits for a change. */
  | { readonly name: "waiting" }
  /** The end: nothing will be started any more. */
  | { readonly name: "stopped" };

/** How a gateway ended, as far as it matters for what follows. */
export interface End {
  /** Whether there is a kept configuration to go back to. */
  readonly hasKept: boolean;
  /**
   * Whether the files have changed since the start: a gateway that was
   * starting may have read them half written, and that is not its fault.
   */
  readonly isOutdated: boolean;
  /** Whether it left because another program had its port. */
  readonly isPortTaken: boolean;
}

/** What can happen. */
export type Event =
  /** A configuration was approved, and the gateway shall run with it. */
  | { readonly kind: "approved"; readonly overlap: Overlap }
  /** The gateway that was started last serves. */
  | { readonly kind: "ready" }
  /** The gateway that was started last was started some time ago and still does not serve. */
  | { readonly kind: "silent"; readonly hasKept: boolean }
  /** The gateway is gone, and all that it started. */
  | (End & { readonly kind: "exited" })
  /** The gateway that was to take its place is gone. */
  | (End & { readonly kind: "successor exited" })
  /** A timer that was set has run out. */
  | {
    readonly kind: "timeout";
    readonly timer: Timer;
    readonly overlap: Overlap;
  }
  /** The user wants to leave. */
  | { readonly kind: "quit" };

/**
 * `lead`: to tell the old gateway to leave; `grace`: to kill what does not
 * stop; `backoff`: to start again; `healthy`: to forgive failures.
 */
export type Timer = "lead" | "grace" | "backoff" | "healthy";

/** How a configuration shows that it does not work. */
export type Reason = "exited" | "silent";

/** What follows when a gateway has left unasked: it is started again, it waits for a change, or we leave too. */
export type Sequel = "restart" | "wait" | "leave";

/** What is to be done, in this order. */
export type Effect =
  | { readonly do: "start"; readonly version: Version }
  /** Start the gateway that will take the place of the one that serves. */
  | { readonly do: "start successor"; readonly overlap: Overlap }
  /** Let the old gateway finish its requests and leave; its successor takes its place. */
  | { readonly do: "promote" }
  /** Stop the successor. */
  | { readonly do: "discard" }
  /** Ask the gateway to finish its requests and leave. */
  | { readonly do: "terminate" }
  /** End the gateway, and all that are still finishing their requests. */
  | { readonly do: "kill" }
  /** Replaces the timer that runs, if one does: there is one at a time. */
  | {
    readonly do: "set timer";
    readonly timer: Exclude<Timer, "lead">;
    readonly ms: number;
  }
  /** The same, for as long as the next gateway has to lead. */
  | { readonly do: "set lead" }
  | { readonly do: "clear timer" }
  /** The gateway found its port taken: the next one shall not be so early. */
  | { readonly do: "shorten lead" }
  /** Tell that the newest configuration does not work, and the gateway that runs is left alone. */
  | {
    readonly do: "report abandon";
    readonly reason: Reason;
    readonly isOutdated: boolean;
    /** When it is tried again, in milliseconds; undefined if only at the next change. */
    readonly retryMs: number | undefined;
  }
  /** Tell that the newest configuration does not work, and the kept one comes back. */
  | {
    readonly do: "report restore";
    readonly reason: Reason;
    readonly isOutdated: boolean;
  }
  /** Tell that the gateway left unasked, and what follows. */
  | {
    readonly do: "report exit";
    readonly sequel: Sequel;
    /** When it is started again, in milliseconds; 0 unless it is. */
    readonly retryMs: number;
    readonly isOutdated: boolean;
  }
  /** The exit code is to be that of the gateway that left unasked. */
  | { readonly do: "fail" };

/** The state and effects that follow an event. */
export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}
