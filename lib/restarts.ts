/**
 * Restarts of what runs, put off as the user wants it, and told.
 *
 * @module
 */

import { formatDuration } from "./duration.ts";
import type { Reporter } from "./report.ts";
import {
  Postponement,
  type PostponementOptions,
} from "./supervise/postponement.ts";

/** What is restarted. */
export interface Restartable {
  /** Whether it runs, so that a restart would interrupt it. */
  readonly isAlive: boolean;
  restart(): void;
}

/** Restarts something, not before it is due. */
export class Restarts {
  readonly #subject: Restartable;
  readonly #report: Reporter;
  readonly #postponement: Postponement;

  constructor(
    subject: Restartable,
    { options, report }: {
      readonly options: PostponementOptions;
      readonly report: Reporter;
    },
  ) {
    this.#subject = subject;
    this.#report = report;
    this.#postponement = new Postponement(options);
  }

  /** Something has changed: what does not run starts at once, what runs is restarted when that is due. */
  onChange(): void {
    if (!this.#subject.isAlive) return this.#subject.restart();
    const ms = this.#postponement.run(() => this.#subject.restart());
    if (!ms) return;
    this.#report.info(`restarting in ${formatDuration(ms)}`, {
      event: "postponed",
      delay_ms: ms,
    });
  }

  /** The user wants it now. */
  now(): void {
    this.cancel();
    this.#subject.restart();
  }

  /** Forgets the restart that was put off. */
  cancel(): void {
    this.#postponement.cancel();
  }
}
