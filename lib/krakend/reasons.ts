/**
 * Why an instance exited before it served, and what is strange about a
 * configuration that is served.
 *
 * @module
 */

import type { Options } from "../cli/options.ts";
import { formatDuration } from "../duration.ts";
import { exitFields, howItEnded } from "../event.ts";
import type { Exit } from "../supervise/supervisor.ts";
import { explain, explainDuplicates } from "./diagnose.ts";
import type { Explanation } from "./frame.ts";
import {
  checkFile,
  filesIn,
  type Gateway,
  type Generation,
  subjectOf,
} from "./generation.ts";
import { explainPartials } from "./inputs.ts";
import { findLintFaults } from "./lint.ts";

/** The outcome of {@linkcode explainExit}. */
export interface ExitReason extends Explanation {
  /** Whether `krakend check` refuses the configuration, so that no start of it can succeed. */
  readonly isRefused: boolean;
}

/** What was seen of an instance that exited before it served, or soon after. */
export interface Observed {
  readonly exit: Exit;
  /** Whether it has listened. */
  readonly hasServed: boolean;
  /** When it was started. */
  readonly startedAt: Date;
  /** The ready timeout, in milliseconds, if that has passed. */
  readonly readyMs: number | undefined;
  /** The addresses that it has listened on. */
  readonly bound: Iterable<string>;
  /** The addresses that it did not get, and why. */
  readonly unavailable: Iterable<readonly [address: string, reason: string]>;
}

/** Returns why an instance exited before it served, if that was seen. */
export function knownReason(
  generation: Generation,
  { exit, readyMs, bound, unavailable }: Observed,
): string | undefined {
  if (exit.error !== undefined) return `it cannot be started: ${exit.error}`;
  const missed = [...unavailable]
    .filter(([address]) => isServiceOf(generation, address))
    .map(([address, reason]) => `${address} ${reason}`);
  if (missed.length > 0) return missed.join(", ");
  return readyMs === undefined
    ? undefined
    : notListening(generation, readyMs, [...bound]);
}

/** Whether an address is where a gateway serves, as far as is known: without another one it goes on. */
export function isServiceOf(
  { endpoint: { port } }: Generation,
  address: string,
): boolean {
  return port === undefined || address.endsWith(`:${port}`);
}

/** Finds out why an instance exited before it served, or soon after: its own words went past us, to the log. */
export async function explainExit(
  generation: Generation,
  gateway: Gateway,
  observed: Observed,
  signal: AbortSignal,
): Promise<ExitReason> {
  const { exit, hasServed, startedAt } = observed;
  const when = hasServed ? "soon after it had served" : "before it served";
  const known = knownReason(generation, observed);
  if (known !== undefined) return { reason: known, isRefused: false };
  // Its copy may have been removed meanwhile, which is no reason to refuse it.
  const source = { ...generation, ...generation.current() };
  const check = await checkFile(gateway, source, signal);
  if (check.kind === "refused") {
    const subject = subjectOf(gateway, source);
    return { ...await explain(check.output, subject), isRefused: true };
  }
  const how = howItEnded(exitFields(exit));
  const finding = check.kind === "impossible"
    ? check.reason
    : "krakend check finds nothing wrong";
  // Its log is not ours to read: KrakenD writes the time at the beginning of a line.
  const since = startedAt.toTimeString().slice(0, 8);
  return {
    reason:
      `the gateway ${how} ${when}, and ${finding}: see its log above, from ${since} on`,
    isRefused: false,
  };
}

function notListening(
  { endpoint }: Generation,
  readyMs: number,
  bound: readonly string[],
): string {
  const { hostname, port } = endpoint;
  const where = port === undefined ? "" : ` on ${hostname}:${port}`;
  const time = formatDuration(readyMs);
  const ports = bound.join(", ") || "no port";
  return `it did not listen${where} within ${time} (--ready-timeout); it has ${ports}`;
}

/** Finds what is strange about a configuration. Never throws. */
export async function findWarnings(
  generation: Generation,
  gateway: Gateway,
  lint: Options["lint"],
  signal: AbortSignal,
): Promise<readonly Explanation[]> {
  const { unknown, templateFault } = generation;
  const { configFile, cwd, env } = gateway;
  const reasons = unknown ? [unknown] : [];
  if (lint !== "off") {
    const { file, env } = generation.current();
    const krakend = { ...gateway, env };
    const { faults, problem } = await findLintFaults(krakend, file, signal);
    // With `error` these have stopped it.
    if (lint === "warn") reasons.push(...faults);
    if (problem) reasons.push(problem);
  }
  return [
    ...templateFault ? [templateFault] : [],
    ...await explainDuplicates(subjectOf(gateway, generation)),
    ...explainPartials(configFile, env, filesIn(cwd)),
    ...reasons.map((reason) => ({ reason })),
  ];
}
