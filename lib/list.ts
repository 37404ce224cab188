/**
 * The text of `--list`: all that is watched, why and how.
 *
 * @module
 */

import type { Options } from "./cli/options.ts";
import { formatDuration } from "./duration.ts";
import { ifPossible } from "./errors.ts";
import type { NamedInput } from "./krakend/inputs.ts";
import { checkOnce } from "./repeat.ts";
import type { Gateway } from "./krakend/generation.ts";
import { makePrivateFolder } from "./private_folder.ts";
import { visible } from "./redact.ts";
import { SWEEP_MS } from "./session.ts";
import { Camera, type CameraOptions, type Input } from "./watch/snapshot.ts";
import type { WatcherOptions } from "./watch/watcher.ts";
import type { Watched } from "./watched.ts";

/**
 * Returns a line for each input: its path, why it is one, how it is watched
 * and, behind a link, its real path.
 */
export async function listText(
  gateway: Gateway | undefined,
  { watched, tested, pollMs, signal }: {
    readonly watched: Watched;
    /** The plugins that are tested instead of a configuration. */
    readonly tested: readonly NamedInput[];
    readonly pollMs: Options["pollMs"];
    /** Ends it early, with an exception or a text of no use. */
    readonly signal: AbortSignal;
  },
): Promise<string> {
  const named = gateway && tested.length === 0
    ? await namedBy(gateway, signal)
    : tested;
  const described = await describe(watched.with(named), {
    sweepMs: SWEEP_MS,
    pollMs,
    ignored: (path) => watched.ignores(path),
    signal,
  });
  const rows = described.map(({ path, why, how, real }) => {
    const target = real === undefined
      ? "(missing)"
      : real === path
      ? ""
      : `-> ${real}`;
    return [path, why, how, target].map(visible);
  });
  const widths = [0, 1, 2].map((column) =>
    Math.max(0, ...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) =>
    row.map((text, i) => text.padEnd(widths[i] ?? 0)).join("  ").trimEnd()
  ).join("\n");
}

/** Finds what a configuration names, by `krakend check` if it has templates. */
async function namedBy(gateway: Gateway, signal: AbortSignal) {
  using folder = makePrivateFolder(gateway.env, () => {});
  const check = { ...gateway, args: ["check", "-c", gateway.configFile] };
  const { named = [] } = await checkOnce(check, [], folder?.path, signal);
  return named;
}

/**
 * Describes the files that inputs stand for, in order: why each is one, by the
 * first input, how it is watched, and its path without links if it is there.
 * Waits for all trees.
 */
export async function describe(
  inputs: readonly Input[],
  { ignored, sweepMs, pollMs, signal }:
    & Pick<WatcherOptions, "ignored" | "sweepMs" | "pollMs">
    & Pick<CameraOptions, "signal">,
) {
  const camera = new Camera({ ignored, signal });
  await camera.take(inputs);
  await camera.refreshLazy();
  const reasons = new Map<string, string>();
  for (const { input, files } of camera.members) {
    for (const path of files.keys()) {
      if (!reasons.has(path)) reasons.set(path, input.why);
    }
  }
  const how = pollMs === undefined
    ? `events, sweep every ${formatDuration(sweepMs)}`
    : `poll every ${formatDuration(pollMs)}`;
  return [...reasons].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([path, why]) => ({
      path,
      why,
      how,
      // One that is not UTF-8 cannot be shown.
      real: ifPossible(() => Deno.realPathSync(path)) ??
        ifPossible(() => Deno.statSync(path) && path),
    }));
}
