/**
 * What all modes that go on until a signal ends them have in common.
 *
 * @module
 */

import type { Mode } from "./cli/help.ts";
import type { Options } from "./cli/options.ts";
import type { Asked, Control } from "./control.ts";
import { messageOf } from "./errors.ts";
import { Keeper, type KeeperOptions } from "./handover/keeper.ts";
import { makePrivateFolder, type PrivateFolder } from "./private_folder.ts";
import { visible } from "./redact.ts";
import type { Report } from "./report.ts";
import type { Policy } from "./supervise/supervisor.ts";
import { Timer } from "./timer.ts";
import type { Input, Snapshot } from "./watch/snapshot.ts";
import { Watcher } from "./watch/watcher.ts";
import type { Watched } from "./watched.ts";

/** Options for {@linkcode Session}. */
export interface SessionOptions {
  readonly options: Options;
  readonly env: Readonly<Record<string, string>>;
  readonly report: Report;
  readonly control: Control;
  readonly mode: Mode;
  readonly watched: Watched;
  /** The configuration file, absolute; undefined if there is none. */
  readonly configPath?: string | undefined;
}

/** Time between two sweeps over the inputs, for changes without an event, in milliseconds. */
export const SWEEP_MS = 500;

const HEALTHY_MS = 30_000;
const GRACE_MS = 1_000;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;

/** From the start until what killed runs have left is removed, in milliseconds. */
const CLEANING_MS = 1_000;

/** One run of a mode. */
export class Session implements Disposable {
  readonly options: Options;
  readonly report: Report;
  readonly watched: Watched;
  /** For copies of configurations; undefined if there is no place for it. */
  readonly folder: PrivateFolder | undefined;
  readonly #given: SessionOptions;
  readonly #cleaning: Timer;

  constructor(given: SessionOptions) {
    this.options = given.options;
    this.report = given.report;
    this.watched = given.watched;
    this.#given = given;
    if (Deno.pid === 1) {
      import("./reaper.ts").then(({ reapOrphans }) => reapOrphans());
    }
    this.folder = makePrivateFolder(given.env, (reason) => {
      this.warn(
        `no private folder can be made (${reason}): gateways read the live configuration, so a restart after a crash may meet a broken file; let TMPDIR name a folder that can be written`,
      );
    });
    // No start waits for it.
    this.#cleaning = new Timer(
      CLEANING_MS,
      () => this.folder?.removeAbandoned(),
    );
    addEventListener("error", this.#onUncaught);
    addEventListener("unhandledrejection", this.#onUncaught);
  }

  /** Takes what is thrown where nothing catches it: a fault of ours must not end the program, and with it the gateway. */
  readonly #onUncaught = (event: ErrorEvent | PromiseRejectionEvent): void => {
    event.preventDefault();
    const error = "error" in event ? event.error : event.reason;
    this.report({ event: "error", reason: messageOf(error) });
  };

  /** Reports a warning of one sentence. */
  warn(reason: string): void {
    this.report({ event: "warning", reason: visible(reason) });
  }

  /** Watches inputs until the watcher is disposed of. */
  watch(
    onSnapshot: (snapshot: Snapshot) => void,
    inputs: readonly Input[] = this.watched.with([]),
  ): Watcher {
    return new Watcher(inputs, {
      scratch: this.folder?.path,
      sweepMs: SWEEP_MS,
      configFile: this.#given.configPath,
      pollMs: this.options.pollMs,
      ignored: (path) => this.watched.ignores(path),
      onSnapshot,
      onTrouble: (reason) => this.warn(reason),
    });
  }

  /** Starts the keeper. Without handlers, it only ends our processes if we are killed. */
  keeper(handlers: Pick<KeeperOptions, "onEvent" | "onTrouble"> = {}): Keeper {
    return new Keeper({
      folder: this.folder?.path,
      shutdownMs: this.options.shutdownTimeoutMs,
      ...handlers,
    });
  }

  /** Gives commands to a function, but for those that every mode answers alike. */
  listen(onAsked: (asked: Asked) => void): void {
    const { control } = this.#given;
    control.listen((asked) => {
      this.report({ event: "signal", signal: asked.source });
      if (asked.command !== "help") return onAsked(asked);
      import("./cli/help.ts").then(({ keysText }) =>
        this.report({ event: "info", reason: keysText(this.#given.mode) })
      );
    });
    if (control.readKeys()) {
      this.report({ event: "info", reason: "h and Enter shows the keys" });
    }
  }

  [Symbol.dispose](): void {
    removeEventListener("error", this.#onUncaught);
    removeEventListener("unhandledrejection", this.#onUncaught);
    this.#cleaning.cancel();
    this.folder?.[Symbol.dispose]();
  }
}

/** Returns the part of the policy that does not depend on the mode. */
export function policyOf(
  options: Options,
): Omit<Policy<never>, "handover" | "isShared"> {
  return {
    onExit: options.onExit ?? "restart",
    maxRestarts: options.maxRestarts,
    rollback: options.rollback,
    backoffMs,
    healthyMs: HEALTHY_MS,
    graceMs: GRACE_MS,
    shutdownMs: options.shutdownTimeoutMs,
  };
}

/**
 * Returns the time to the next start, in milliseconds: none at first, then
 * doubling, with jitter, so that many gateways do not start in step.
 *
 * @param failures How often in a row it has failed before.
 */
export function backoffMs(failures: number): number {
  if (failures === 0) return 0;
  const longest = Math.min(
    LONGEST_BACKOFF_MS,
    FIRST_BACKOFF_MS * 2 ** (failures - 1),
  );
  return longest * (0.75 + Math.random() / 4);
}
