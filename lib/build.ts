/**
 * What only the build of a file knows about it.
 *
 * This is the program's source. A build puts a module of the same shape in the
 * place of this one, so that a file can tell what it is made of.
 *
 * @module
 */

/** What a file of krakend-watch is. */
export interface Build {
  /** What it runs on: `source`, `bundle` (a deno that is there), `denort` or `deno CLI` (part of the file). */
  readonly runtime: string;
  /** The text of `--licenses`. */
  readonly licenses: string;
}

/** How this krakend-watch was built. */
export const BUILD: Build = {
  runtime: "source",
  licenses:
    "krakend-watch runs from its source here: its licence is in the file LICENSE,\n" +
    "and those of what it imports are in the packages that deno.json names.",
};
