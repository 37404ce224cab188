/**
 * What happened to a service of another program, in words and as events.
 *
 * @module
 */

import { formatDuration } from "./duration.ts";
import { messageOf } from "./errors.ts";
import type { Reporter } from "./report.ts";
import type { Fact } from "./supervise/supervisor.ts";

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
      const { exit: { code, signal }, retryMs } = fact;
      const how = signal ? `was ended by ${signal}` : `left with code ${code}`;
      report.error(`${name} ${how}, unasked; ${nextStart(retryMs)}`, {
        event: "exited",
        exit_code: code,
        signal: signal ?? undefined,
        retry_ms: retryMs,
      });
      break;
    }
    case "start failed": {
      const reason = messageOf(fact.error);
      const { retryMs } = fact;
      report.error(`cannot start ${name}: ${reason}; ${nextStart(retryMs)}`, {
        event: "start_failed",
        reason,
        retry_ms: retryMs,
      });
      break;
    }
    case "ready":
    case "silent":
    case "restoring":
      // These are a gateway's.
      break;
  }
}

function nextStart(retryMs: number): string {
  return `next start in ${formatDuration(retryMs)}, or at the next change`;
}
