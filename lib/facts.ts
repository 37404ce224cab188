/**
 * What happened to the gateway, in words and as events.
 *
 * @module
 */

import { formatDuration } from "./duration.ts";
import { messageOf } from "./errors.ts";
import { findLastWords } from "./last_words.ts";
import type { Reporter } from "./report.ts";
import type { Exit } from "./supervise/process.ts";
import type { Fact } from "./supervise/supervisor.ts";

/** Tells what happened to the gateway. */
export function tellFact(report: Reporter, fact: Fact): void {
  switch (fact.kind) {
    case "started":
      report.debug(`gateway started (process ${fact.pid})`, {
        event: "starting",
        pid: fact.pid,
      });
      break;
    case "ready": {
      const gap = fact.gapMs === undefined
        ? ""
        : `, nobody listened for ${formatDuration(fact.gapMs)}`;
      const which = fact.version === "kept"
        ? " with the configuration that worked"
        : "";
      report.info(`ready in ${formatDuration(fact.bootMs)}${which}${gap}`, {
        event: "ready",
        boot_ms: fact.bootMs,
        gap_ms: fact.gapMs,
        configuration: fact.version,
      });
      break;
    }
    case "silent":
      // Where it was asked is told by who knows.
      break;
    case "restoring":
      tellRestoring(report, fact);
      break;
    case "terminating":
      report.debug(`sent SIGTERM to the gateway (process ${fact.pid})`, {
        event: "terminating",
        pid: fact.pid,
      });
      break;
    case "killing":
      report.warn(`killing the gateway (process ${fact.pid})`, {
        event: "killing",
        pid: fact.pid,
      });
      break;
    case "exited":
      tellExit(report, fact);
      break;
    case "start failed": {
      const reason = messageOf(fact.error);
      const { retryMs } = fact;
      report.error(
        `cannot start the gateway: ${reason}; ${nextStart(retryMs)}`,
        {
          event: "start_failed",
          reason,
          retry_ms: retryMs,
        },
      );
      break;
    }
  }
}

/** Tells how a gateway left that nobody had asked to. */
function tellExit(
  report: Reporter,
  { exit, retryMs, isOutdated, lastLines }: Fact & { kind: "exited" },
): void {
  const how = howItLeft(exit);
  const event = {
    event: "exited",
    ...fieldsOf(exit),
    retry_ms: retryMs,
  } as const;
  if (isOutdated) {
    report.info(
      `the files changed while the gateway was starting, and it ${how}; ${
        nextStart(retryMs)
      }`,
      event,
    );
    return;
  }
  const said = findLastWords(lastLines);
  report.error(
    `the gateway ${how}, unasked; ${nextStart(retryMs)}${quoted(said)}`,
    { ...event, said },
  );
}

/** Tells why the newest configuration gives way to the last one that worked. */
function tellRestoring(
  report: Reporter,
  { end, isOutdated, lastLines }: Fact & { kind: "restoring" },
): void {
  const how = end === undefined
    ? "did not answer in time"
    : end instanceof Error
    ? `could not be started (${messageOf(end)})`
    : howItLeft(end);
  const event = {
    event: "restoring",
    ...(end instanceof Error
      ? { reason: messageOf(end) }
      : end && fieldsOf(end)),
  } as const;
  const back = "going back to the last configuration that worked";
  if (isOutdated) {
    report.info(
      `the files changed while the gateway was starting, and it ${how}; ${back}`,
      event,
    );
    return;
  }
  const said = findLastWords(lastLines);
  report.error(
    `the new configuration does not become ready: the gateway ${how}; ${back}, the new one is tried again at the next change${
      quoted(said)
    }`,
    { ...event, said },
  );
}

function howItLeft({ code, signal }: Exit): string {
  return signal ? `was ended by ${signal}` : `left with code ${code}`;
}

/** The end of a gateway as fields of an event. */
function fieldsOf({ code, signal }: Exit) {
  return { exit_code: code, signal: signal ?? undefined };
}

/** What the gateway said about its end, on a line of its own. */
function quoted(words: string | undefined): string {
  return words === undefined ? "" : `\nit said: ${words}`;
}

function nextStart(retryMs: number): string {
  return `next start in ${formatDuration(retryMs)}, or at the next change`;
}
