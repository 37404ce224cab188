/**
 * What happened, in words.
 *
 * @module
 */

import { relative, resolve } from "@std/path";
import { formatDuration } from "./duration.ts";
import { messageOf } from "./errors.ts";
import type { Verdict } from "./gate.ts";
import { listNames } from "./names.ts";
import { isWithin } from "./paths.ts";
import { findLastWords } from "./last_words.ts";
import type { Reporter } from "./report.ts";
import type { Exit } from "./supervise/process.ts";
import type { Fact } from "./supervise/supervisor.ts";

/** The circumstances of a verdict. */
export interface Circumstances {
  /** The working folder. */
  cwd: string;
  /** The configuration file, as the user wrote it. */
  configFile: string;
  /** Whether a gateway runs. */
  isAlive: boolean;
  /** What is other in an approved configuration, one line each. */
  differences?: readonly string[];
}

/** Tells what became of a change. */
export function tellVerdict(
  report: Reporter,
  verdict: Verdict<unknown>,
  circumstances: Circumstances,
): void {
  const { configFile, isAlive } = circumstances;
  switch (verdict.kind) {
    case "approved": {
      const fine = `${configFile} is fine (${formatDuration(verdict.tookMs)})`;
      const others = namesOf(verdict.changes, circumstances);
      const text = others ? `${others} changed, ${fine}` : fine;
      const next = `${isAlive ? "restarting" : "starting"} the gateway`;
      report.info(`${text}, ${next}${listOf(circumstances.differences)}`);
      break;
    }
    case "rejected": {
      const consequence = isAlive
        ? "the gateway goes on with the configuration it has"
        : "no gateway runs until it is mended";
      report.error(
        `${configFile} is refused, ${consequence}\n${verdict.message}`,
        { ...verdict.place },
      );
      break;
    }
    case "reverted":
      report.info(`${configFile} is again as the gateway knows it`);
      break;
  }
}

/** How long a line may get before it becomes a list, in characters. */
const LONGEST_LINE = 80;

/** Differences, behind the sentence they belong to: on the same line if they are short. */
function listOf(differences: readonly string[] = []): string {
  if (differences.length === 0) return "";
  const line = differences.join(", ");
  return line.length <= LONGEST_LINE
    ? `: ${line}`
    : `:\n${differences.join("\n")}`;
}

/** Names the files that changed besides the configuration. */
function namesOf(
  paths: readonly string[],
  { cwd, configFile, isAlive }: Circumstances,
): string {
  // At the start, everything is new.
  if (!isAlive) return "";
  const names = paths
    .filter((path) => path !== resolve(cwd, configFile))
    .map((path) => isWithin(path, cwd) ? relative(cwd, path) : path);
  return listNames(names);
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
      const which = fact.version === "kept"
        ? " with the configuration that worked"
        : "";
      report.info(`ready in ${formatDuration(fact.bootMs)}${which}${gap}`);
      break;
    }
    case "silent":
      // Where it was asked is told by who knows.
      break;
    case "restoring":
      tellRestoring(report, fact);
      break;
    case "terminating":
      report.debug(`sent SIGTERM to the gateway (process ${fact.pid})`);
      break;
    case "killing":
      report.warn(`killing the gateway (process ${fact.pid})`);
      break;
    case "exited": {
      const how = howItLeft(fact.exit);
      if (fact.isOutdated) {
        report.info(
          `the files changed while the gateway was starting, and it ${how}; ${
            nextStart(fact.retryMs)
          }`,
        );
        break;
      }
      const words = lastWords(fact.lastLines);
      report.error(
        `the gateway ${how}, unasked; ${nextStart(fact.retryMs)}${words}`,
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
  const back = "going back to the last configuration that worked";
  if (isOutdated) {
    report.info(
      `the files changed while the gateway was starting, and it ${how}; ${back}`,
    );
  } else {
    report.error(
      `the new configuration does not become ready: the gateway ${how}; ${back}, the new one is tried again at the next change${
        lastWords(lastLines)
      }`,
    );
  }
}

function howItLeft({ code, signal }: Exit): string {
  return signal ? `was ended by ${signal}` : `left with code ${code}`;
}

/** What the gateway said about its end, on a line of its own. */
function lastWords(lines: readonly string[]): string {
  const words = findLastWords(lines);
  return words === undefined ? "" : `\nit said: ${words}`;
}

function nextStart(retryMs: number): string {
  return `next start in ${formatDuration(retryMs)}, or at the next change`;
}
