/**
 * The text of `--list`.
 *
 * @module
 */

import { dirname } from "@std/path";
import { formatDuration } from "./duration.ts";
import type { Inputs } from "./inputs.ts";
import { distrust, type Mode } from "./watch/mode.ts";
import type { Mount } from "./watch/mounts.ts";
import type { Listing } from "./watch/scope.ts";

/** What is known about the inputs. */
export interface ListOptions {
  readonly inputs: Inputs;
  readonly mode: Mode;
  readonly mounts: readonly Mount[];
}

/** One line per input: its path, why it is one, how it is watched and, behind a link, its real path. */
export function listText(listing: Listing, options: ListOptions): string {
  const { inputs, mode, mounts } = options;
  const reals = new Map(
    [...listing.inputs].map(([real, path]) => [path, real]),
  );
  const rows = listing.paths.map((path) => {
    const real = reals.get(path);
    const target = real === undefined
      ? "(missing)"
      : real === path
      ? ""
      : `-> ${real}`;
    return [
      path,
      inputs.why(path),
      howText(real ?? path, mode, mounts),
      target,
    ];
  });
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0))
  );
  return rows.map((row) =>
    row.map((text, i) => text.padEnd(widths[i] ?? 0)).join("  ").trimEnd()
  ).join("\n");
}

function howText(path: string, mode: Mode, mounts: readonly Mount[]): string {
  const interval = `every ${formatDuration(mode.intervalMs)}`;
  const isPolled = !mode.usesEvents || distrust(dirname(path), mounts);
  return isPolled ? `poll ${interval}` : `events, sweep ${interval}`;
}
