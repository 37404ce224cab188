/**
 * The text of `--list`: all that is watched, why and how.
 *
 * @module
 */

import type { Options } from "./cli/options.ts";
import { checkOnce } from "./repeat.ts";
import { type Gateway, isFlexible } from "./krakend/generation.ts";
import { makePrivateFolder } from "./private_folder.ts";
import { visible } from "./redact.ts";
import { SWEEP_MS } from "./session.ts";
import { describe } from "./watch/describe.ts";
import type { Watched } from "./watched.ts";

/** Options for {@linkcode listText}. */
export interface ListOptions {
  readonly options: Options;
  readonly watched: Watched;
  readonly plugins: readonly string[];
}

/** Returns a line for each input: its path, why it is one, how it is watched and, behind a link, its real path. */
export async function listText(
  gateway: Gateway | undefined,
  { options, watched, plugins }: ListOptions,
): Promise<string> {
  const named = gateway ? await namedBy(gateway, plugins) : [];
  const { pollMs } = options;
  const described = await describe(watched.with(named), {
    sweepMs: SWEEP_MS,
    ...(pollMs === undefined ? {} : { pollMs }),
    ignored: (path) => watched.ignores(path),
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
async function namedBy(gateway: Gateway, plugins: readonly string[]) {
  if (plugins.length > 0) {
    return plugins.map((path) => ({ path, why: "a plugin that is tested" }));
  }
  using folder = isFlexible(gateway)
    ? makePrivateFolder(gateway.env, () => {})
    : undefined;
  const check = { ...gateway, args: ["check", "-c", gateway.configFile] };
  const { named } = await checkOnce(check, { folder: folder?.path, plugins });
  return named ?? [];
}
