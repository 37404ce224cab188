/**
 * What only the build of a file knows about it.
 *
 * This is the program's source. A build puts a module of the same shape in the
 * place of this one, so that a file can say what it is made of.
 *
 * @module
 */

/** What a file of krakend-watch is. */
export interface Build {
  /** What it runs on: `source`, `bundle` (a deno that is there), `denort` or `deno CLI` (part of the file). */
  readonly runtime: string;
  /** The text of `--licenses`. */
  readonly licenses: string;
  /** The command that starts the keeper (scripts/keeper). A relative path begins at the module handover/keeper.ts, or at the bundle. */
  readonly keeper: readonly string[];
  /** The words before the command of a child that take back what the static file's launcher has changed for Deno; none elsewhere. */
  readonly child: readonly string[];
}

/** How this krakend-watch was built. */
export const BUILD: Build = {
  runtime: "source",
  licenses:
    "krakend-watch runs from its source here: its licence is in the file LICENSE,\n" +
    "and those of what it imports are in the packages that deno.json names.",
  keeper: ["../../dist/krakend-watch-keeper"],
  child: [],
};
