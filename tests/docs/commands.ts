/**
 * The commands in the documents.
 *
 * @module
 */

import { walk } from "@std/fs";
import { join, relative } from "@std/path";
import { DOC, ROOT } from "../../scripts/paths.ts";
import { runTool } from "../../scripts/static/tool.ts";

/** A command, as a reader copies it. */
export interface Command {
  /** The document, below the checkout, and the line. */
  readonly place: string;
  readonly text: string;
  /** Its words, as far as they are plain. */
  readonly words: readonly string[];
}

/** Reads the commands of README.md and of doc/: those in blocks for a shell, and those in tables. */
export async function readCommands(): Promise<Command[]> {
  const paths = [join(ROOT, "README.md")];
  for await (const { path } of walk(DOC, { includeDirs: false })) {
    if (path.endsWith(".md")) paths.push(path);
  }
  const commands = await Promise.all(paths.map(commandsIn));
  return commands.flat();
}

async function commandsIn(path: string): Promise<Command[]> {
  const lines = (await Deno.readTextFile(path)).split("\n");
  const commands: Command[] = [];
  let isShell = false;
  let draft = "";
  const add = (text: string, line: number) => {
    const words = text.replace(/(?:^| )#.*$/, "").trim().split(/\s+/);
    const place = `${relative(ROOT, path)}:${line}`;
    commands.push({ place, text, words });
  };
  for (const [i, line] of lines.entries()) {
    if (line.startsWith("```")) {
      isShell = line === "```sh";
      continue;
    }
    // In a table, a pipe has a backslash before it.
    const cell = /^\|[^|]+\| `((?:curl|[a-z]+ (?:add|install|-i)) .*)` +\|$/
      .exec(line);
    if (cell) add((cell[1] ?? "").replaceAll("\\|", "|"), i + 1);
    if (!isShell || line.trim() === "") continue;
    draft += `${line}\n`;
    // A command ends where a shell understands it.
    const { success } = await runTool(["bash", "-n", "-c", draft]);
    if (!success) continue;
    add(draft.trimEnd(), i + 1);
    draft = "";
  }
  if (draft) throw new Error(`${path}: no shell understands ${draft}`);
  return commands;
}
