/**
 * What happened to a service of another program, in words and as events.
 *
 * @module
 */

import { fieldsOf, howItLeft, sequelOf, whatFollows } from "../tell/ends.ts";
import { messageOf } from "../errors.ts";
import type { Reporter } from "../report.ts";
import type { Fact } from "../supervise/happening.ts";

/** Options for {@linkcode tellServiceFact}. */
export interface ServiceFactOptions {
  /** What the service is called. */
  readonly name: string;
  readonly report: Reporter;
}

/** Tells what happened to a service that is no gateway: nobody can ask it whether it serves. */
export function tellServiceFact(
  fact: Fact,
  { name, report }: ServiceFactOptions,
): void {
  switch (fact.kind) {
    case "started": {
      const { pid } = fact;
      const event = { event: "starting", pid } as const;
      report.debug(`${name} started (process ${pid})`, event);
      break;
    }
    case "terminating": {
      const { pid } = fact;
      const event = { event: "terminating", pid } as const;
      report.debug(`sent SIGTERM to ${name} (process ${pid})`, event);
      break;
    }
    case "killing": {
      const { pid } = fact;
      const event = { event: "killing", pid } as const;
      report.warn(`killing ${name} (process ${pid})`, event);
      break;
    }
    case "exited": {
      const { exit } = fact;
      const text = `${name} ${howItLeft(exit)}; ${whatFollows(fact)}`;
      report.error(text, {
        event: "exited",
        ...fieldsOf(exit),
        ...sequelOf(fact),
      });
      break;
    }
    case "start failed": {
      const reason = messageOf(fact.error);
      report.error(`cannot start ${name}: ${reason}; ${whatFollows(fact)}`, {
        event: "start_failed",
        reason,
        ...sequelOf(fact),
      });
      break;
    }
    case "ready":
    case "silent":
    case "abandoned":
    case "restoring":
    case "drained":
      // These are a gateway's.
      break;
  }
}
