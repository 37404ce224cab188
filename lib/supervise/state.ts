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

/** Where the gateway is in its life. Each arm holds only what matters in it. */
export type State =
  /** Nothing was approved yet, so nothing runs. */
  | { readonly name: "idle" }
  /** It was started and does not serve yet. */
  | {
    readonly name: "starting";
    readonly version: Version;
    readonly failures: number;
  }
  /** It serves. */
  | {
    readonly name: "running";
    readonly version: Version;
    readonly failures: number;
  }
  /** It was told to leave. */
  | {
    readonly name: "stopping";
    readonly then: "start" | "restore" | "leave";
  }
  /** It left unasked and waits to be started again. */
  | {
    readonly name: "backoff";
    readonly version: Version;
    readonly failures: number;
  }
  /** The end: nothing runs, and nothing will. */
  | { readonly name: "stopped" };

/** What can happen. */
export type Event =
  /** A configuration was approved, and the gateway shall run with it. */
  | { readonly kind: "approved" }
  /** The gateway serves. */
  | { readonly kind: "ready" }
  /** The gateway was started some time ago and still does not serve. */
  | { readonly kind: "silent"; readonly hasKept: boolean }
  /** The gateway is gone, and all that it started. */
  | {
    readonly kind: "exited";
    /** Whether there is a kept configuration to go back to. */
    readonly hasKept: boolean;
    /**
     * Whether the files have changed since the start: a gateway that was
     * starting may have read them half written, and that is not its fault.
     */
    readonly isOutdated: boolean;
  }
  /** A timer that was set has run out. */
  | { readonly kind: "timeout"; readonly timer: Timer }
  /** The user wants to leave. */
  | { readonly kind: "quit" };

/** `grace`: to kill what does not stop; `backoff`: to start again; `healthy`: to forgive failures. */
export type Timer = "grace" | "backoff" | "healthy";

/** What is to be done, in this order. */
export type Effect =
  | { readonly do: "start"; readonly version: Version }
  /** Ask the gateway to finish its requests and leave. */
  | { readonly do: "terminate" }
  | { readonly do: "kill" }
  /** Replaces the timer that runs, if one does: there is one at a time. */
  | { readonly do: "setTimer"; readonly timer: Timer; readonly ms: number }
  | { readonly do: "clearTimer" }
  /** Tell that the newest configuration does not work, and the kept one comes back. */
  | {
    readonly do: "reportRestore";
    readonly reason: "exited" | "silent";
    readonly isOutdated: boolean;
  }
  /** Tell that the gateway left unasked, and when it is started again. */
  | {
    readonly do: "reportExit";
    readonly retryMs: number;
    readonly isOutdated: boolean;
  };

/** The state and effects that follow an event. */
export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}
