/**
 * What happened, in words.
 *
 * @module
 */

import { formatDuration } from "./duration.ts";
import { messageOf } from "./errors.ts";
import type { Verdict } from "./gate.ts";
import type { Reporter } from "./report.ts";
import type { Fact } from "./supervise/supervisor.ts";

/** The circumstances of a verdict. */
export interface Circumstances {
  /** The configuration file, as the user wrote it. */
  configFile: string;
  /** Whether a gateway runs. */
  isAlive: boolean;
}

/** Tells what became of a change. */
export function tellVerdict(
  report: Reporter,
  verdict: Verdict<unknown>,
  { configFile, isAlive }: Circumstances,
): void {
  switch (verdict.kind) {
    case "approved": {
      const text = `${configFile} is fine (${formatDuration(verdict.tookMs)})`;
      if (isAlive) report.info(`${text}, restarting the gateway`);
      else report.info(`${text}, starting the gateway`);
      break;
    }
    case "rejected": {
      const consequence = isAlive
        ? "the gateway goes on with the configuration it has"
        : "no gateway runs until it is mended";
      report.error(
        `${configFile} is refused, ${consequence}\n${verdict.message}`,
      );
      break;
    }
    case "reverted":
      report.info(`${configFile} is again as the gateway knows it`);
      break;
  }
}

/** Tells what happened to the gateway. */
export function tellFact(report: Reporter, fact: Fact): void {
  switch (fact.kind) {
    case "started":
      report.debug(`gateway started (process ${fact.pid})`);
      break;
    case "ready": {
      const gap = fact.gapMs === undefined
        ? ""
        : `, nobody listened for ${formatDuration(fact.gapMs)}`;
      report.info(`ready in ${formatDuration(fact.bootMs)}${gap}`);
      break;
    }
    case "terminating":
      report.debug(`sent SIGTERM to the gateway (process ${fact.pid})`);
      break;
    case "killing":
      report.warn(`killing the gateway (process ${fact.pid})`);
      break;
    case "exited": {
      const { code, signal } = fact.exit;
      const how = signal ? `was ended by ${signal}` : `left with code ${code}`;
      report.error(
        `the gateway ${how}, unasked; ${nextStart(fact.retryMs)}`,
      );
      break;
    }
    case "start failed":
      report.error(
        `cannot start the gateway: ${messageOf(fact.error)}; ${
          nextStart(fact.retryMs)
        }`,
      );
      break;
  }
}

function nextStart(retryMs: number): string {
  return `next start in ${formatDuration(retryMs)}, or at the next change`;
}
