/**
 * The answers to `--help`, `--version`, `--licenses` and `--completions`.
 *
 * @module
 */

import { BUILD } from "../build.ts";
import type { Options } from "./options.ts";

/**
 * Returns the answer to the question that the options ask; undefined if they
 * ask none, which costs nothing: each text is loaded when it is wanted.
 */
export async function answerTo(
  { help, version, licenses, completions }: Options,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (help || version) {
    const { helpText, helpWidth, versionText } = await import("./help.ts");
    return help
      ? helpText({ topic: help, width: helpWidth(env) })
      : versionText();
  }
  if (licenses) return BUILD.licenses;
  if (!completions) return undefined;
  const { completionsText } = await import("./completions.ts");
  return completionsText(completions);
}
