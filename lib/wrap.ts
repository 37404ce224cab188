/**
 * Text in columns.
 *
 * @module
 */

/**
 * Breaks a text between words, so that its lines fit. A word that is longer
 * than a line stays whole.
 *
 * @param width The most characters of a line.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  return line ? [...lines, line] : lines;
}

/** The same, as a paragraph. */
export function paragraph(text: string, width: number): string {
  return wrap(text, width).join("\n");
}

/** A name and what there is to say about it. */
export type Row = readonly [name: string, ...lines: readonly string[]];

/** The most of a line that names may take, in parts of it. */
const MOST_FOR_NAMES = 0.4;
/** Narrower lines have no room for two columns. */
const LEAST_FOR_COLUMNS = 60;
/** How far texts that stand below their names are indented, in characters. */
const MARGIN = 10;

/** The width of the column for the names of rows, in characters: that of the longest name which is not too long. */
export function nameWidth(rows: readonly Row[], width: number): number {
  if (width < LEAST_FOR_COLUMNS) return 0;
  const lengths = rows.map(([name]) => name.length);
  const most = width * MOST_FOR_NAMES;
  return Math.max(0, ...lengths.filter((length) => length <= most));
}

/**
 * Writes names on the left and what there is to say about them on the right,
 * or below where a name is too long for its column.
 *
 * @param width The most characters of a line.
 * @param column The width of the column for names.
 */
export function table(
  rows: readonly Row[],
  width: number,
  column: number = nameWidth(rows, width),
): string {
  const margin = " ".repeat(column > 0 ? column + 4 : MARGIN);
  return rows.flatMap(([name, ...texts]) => {
    const lines = texts.flatMap((text) => wrap(text, width - margin.length));
    return name.length <= column
      ? lines.map((line, i) =>
        (i === 0 ? `  ${name.padEnd(column)}  ` : margin) + line
      )
      : [`  ${name}`, ...lines.map((line) => margin + line)];
  }).join("\n");
}
