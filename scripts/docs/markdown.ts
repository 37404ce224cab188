/**
 * Markdown as `deno fmt` likes it.
 *
 * @module
 */

import { paragraph } from "../../lib/wrap.ts";

const WIDTH = 80;

/** A table, its first row as the head. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) =>
    Math.max(3, ...rows.map((row) => row[column]?.length ?? 0))
  );
  const line = (cells: readonly string[]) =>
    `| ${
      widths.map((width, i) => (cells[i] ?? "").padEnd(width)).join(" | ")
    } |`;
  const rule = line(widths.map((width) => "-".repeat(width)));
  return [line(head), rule, ...rows.slice(1).map(line)].join("\n");
}

/** A text, wrapped. */
export function prose(text: string): string {
  return paragraph(text, WIDTH);
}

/** A word as code. */
export function code(text: string): string {
  return `\`${text}\``;
}
