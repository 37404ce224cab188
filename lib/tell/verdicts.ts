/**
 * What becomes of changes, in words and as events.
 *
 * @module
 */

import { relative, resolve } from "@std/path";
import { formatDuration } from "../duration.ts";
import type { Verdict } from "../gate.ts";
import { listNames } from "../names.ts";
import { isWithin } from "../system/paths.ts";
import type { Reporter } from "../report.ts";

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
      const asked = verdict.isAsked && isAlive ? " as asked" : "";
      const next = `${isAlive ? "restarting" : "starting"} the gateway${asked}`;
      const { differences = [] } = circumstances;
      report.info(`${text}, ${next}${listOf(differences)}`, {
        event: "approved",
        config: configFile,
        took_ms: verdict.tookMs,
        changes: verdict.changes,
        differences,
        is_running: isAlive,
      });
      break;
    }
    case "rejected": {
      const consequence = isAlive
        ? "the gateway goes on with the configuration it has"
        : "no gateway runs until it is mended";
      report.error(
        `${configFile} is refused, ${consequence}\n${verdict.message}`,
        {
          event: "rejected",
          config: configFile,
          reason: verdict.message,
          is_running: isAlive,
          ...verdict.place,
        },
      );
      break;
    }
    case "checked": {
      const fine = `${configFile} is fine (${formatDuration(verdict.tookMs)})`;
      const next = verdict.isAccepted
        ? "and nothing has changed"
        : "the gateway runs with another one until a restart is asked for";
      report.info(`${fine}, ${next}`, {
        event: "checked",
        config: configFile,
        took_ms: verdict.tookMs,
      });
      break;
    }
    case "reverted":
      report.info(`${configFile} is again as the gateway knows it`, {
        event: "reverted",
        config: configFile,
      });
      break;
  }
}

/** How long a line may get before it becomes a list, in characters. */
const LONGEST_LINE = 80;

/** Differences, behind the sentence they belong to: on the same line if they are short. */
function listOf(differences: readonly string[]): string {
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
