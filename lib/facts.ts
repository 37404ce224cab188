/**
 * What happened, in words.
 *
 * @module
 */

import { relative, resolve } from "@std/path";
import { formatDuration } from "./duration.ts";
import { messageOf } from "./errors.ts";
import type { Verdict } from "./gate.ts";
import { isWithin } from "./paths.ts";
import { findLastWords } from "./last_words.ts";
import type { Reporter } from "./report.ts";
import type { Fact, Failure } from "./supervise/happening.ts";
import type { Exit } from "./supervise/exit.ts";
import type { Sequel } from "./supervise/state.ts";

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

/** How many files are named before they are only counted. */
const MOST_NAMES = 3;

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
  const shown = names.slice(0, MOST_NAMES).join(", ");
  const hidden = names.length - MOST_NAMES;
  return hidden > 0 ? `${shown} and ${hidden} more` : shown;
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
    case "abandoned":
      tellFailure(
        report,
        fact,
        "the one that runs goes on",
        fact.retryMs === undefined
          ? undefined
          : `in ${formatDuration(fact.retryMs)}, or at the next change`,
      );
      break;
    case "restoring":
      tellFailure(
        report,
        fact,
        "going back to the last configuration that worked",
      );
      break;
    case "terminating":
      report.debug(`sent SIGTERM to the gateway (process ${fact.pid})`);
      break;
    case "drained":
      report.debug(`the old gateway has left (process ${fact.pid})`);
      break;
    case "killing":
      report.warn(`killing the gateway (process ${fact.pid})`);
      break;
    case "exited": {
      const how = howItLeft(fact.exit);
      if (fact.isOutdated) {
        report.info(
          `the files changed while the gateway was starting, and it ${how}; ${
            whatFollows(fact)
          }`,
        );
        break;
      }
      const words = lastWords(fact.lastLines);
      report.error(
        `the gateway ${how}, unasked; ${whatFollows(fact)}${words}`,
      );
      break;
    }
    case "start failed":
      report.error(
        `cannot start the gateway: ${messageOf(fact.error)}; ${
          whatFollows(fact)
        }`,
      );
      break;
  }
}

/** Tells why the newest configuration does not come into force. */
function tellFailure(
  report: Reporter,
  { end, isOutdated, lastLines }: Failure,
  consequence: string,
  retry = "at the next change",
): void {
  const how = end === undefined
    ? "did not answer in time"
    : end instanceof Error
    ? `could not be started (${messageOf(end)})`
    : howItLeft(end);
  if (isOutdated) {
    report.info(
      `the files changed while the gateway was starting, and it ${how}; ${consequence}`,
    );
  } else {
    report.error(
      `the new configuration does not become ready: the gateway ${how}; ${consequence}, the new one is tried again ${retry}${
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

function whatFollows(
  { sequel, retryMs }: { readonly sequel: Sequel; readonly retryMs: number },
): string {
  switch (sequel) {
    case "restart":
      return `next start in ${formatDuration(retryMs)}, or at the next change`;
    case "wait":
      return "next start at the next change";
    case "leave":
      return "leaving, too";
  }
}
