/**
 * What happened to the gateway, in words and as events.
 *
 * @module
 */

import { formatDuration } from "../duration.ts";
import { fieldsOf, howItLeft, sequelOf, whatFollows } from "./ends.ts";
import { messageOf } from "../errors.ts";
import { findLastWords } from "./last_words.ts";
import type { Reporter } from "../report.ts";
import type { Fact } from "../supervise/happening.ts";

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
        pid: fact.pid,
        boot_ms: fact.bootMs,
        gap_ms: fact.gapMs,
        configuration: fact.version,
      });
      break;
    }
    case "silent":
      // Where it was asked is told by who knows.
      break;
    case "abandoned":
      tellFailure(report, fact, {
        event: "abandoned",
        consequence: "the one that runs goes on",
      });
      break;
    case "restoring":
      tellFailure(report, fact, {
        event: "restoring",
        consequence: "going back to the last configuration that worked",
      });
      break;
    case "terminating":
      report.debug(`sent SIGTERM to the gateway (process ${fact.pid})`, {
        event: "terminating",
        pid: fact.pid,
      });
      break;
    case "drained":
      report.debug(`the old gateway has left (process ${fact.pid})`, {
        event: "drained",
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
      report.error(
        `cannot start the gateway: ${reason}; ${whatFollows(fact)}`,
        { event: "start_failed", reason, ...sequelOf(fact) },
      );
      break;
    }
  }
}

/** Tells how a gateway left that nobody had asked to. */
function tellExit(report: Reporter, fact: Fact & { kind: "exited" }): void {
  const { exit, isOutdated, lastLines } = fact;
  const how = howItLeft(exit);
  const next = whatFollows(fact);
  const event = {
    event: "exited",
    ...fieldsOf(exit),
    ...sequelOf(fact),
  } as const;
  if (isOutdated) {
    report.info(
      `the files changed while the gateway was starting, and it ${how}; ${next}`,
      event,
    );
    return;
  }
  const said = findLastWords(lastLines);
  report.error(
    `the gateway ${how}, unasked; ${next}${quoted(said)}`,
    { ...event, said },
  );
}

/** Tells why the newest configuration does not come into force, and what does instead. */
function tellFailure(
  report: Reporter,
  fact: Fact & { kind: "abandoned" | "restoring" },
  { event: name, consequence }: {
    event: "abandoned" | "restoring";
    consequence: string;
  },
): void {
  const { end, isOutdated, lastLines } = fact;
  const retryMs = fact.kind === "abandoned" ? fact.retryMs : undefined;
  const how = end === undefined
    ? "did not answer in time"
    : end instanceof Error
    ? `could not be started (${messageOf(end)})`
    : howItLeft(end);
  const event = {
    event: name,
    ...(end instanceof Error
      ? { reason: messageOf(end) }
      : end && fieldsOf(end)),
    retry_ms: retryMs,
  } as const;
  if (isOutdated) {
    report.info(
      `the files changed while the gateway was starting, and it ${how}; ${consequence}`,
      event,
    );
    return;
  }
  const said = findLastWords(lastLines);
  const retry = retryMs === undefined
    ? "at the next change"
    : `in ${formatDuration(retryMs)}, or at the next change`;
  report.error(
    `the new configuration does not become ready: the gateway ${how}; ${consequence}, the new one is tried again ${retry}${
      quoted(said)
    }`,
    { ...event, said },
  );
}

/** What the gateway said about its end, on a line of its own. */
function quoted(words: string | undefined): string {
  return words === undefined ? "" : `\nit said: ${words}`;
}
