/**
 * Puts the figures of `deno task bench` into the README: sentences, a table and
 * a chart. doc/bench.json, a copy of dist/bench.json, holds them; while there is
 * none, their places are empty.
 *
 * @module
 */

import { markdownTable } from "./markdown.ts";
import { escape, type Theme } from "./svg.ts";

/** A measure of all contestants. */
export interface Measure {
  /** How the parts of the README find it. */
  readonly name:
    | "reload"
    | "refused"
    | "dropped"
    | "processor"
    | "memory"
    | string;
  /** As the table has it, such as `save → served`. */
  readonly title: string;
  /** Such as `ms`; empty for a number. */
  readonly unit: string;
  /** One for each contestant, in their order; null for what was not measured. */
  readonly values: readonly (number | null)[];
  /** For `refused` and `dropped`: how many there were for each contestant. */
  readonly of?: number;
  /** For `refused` and `dropped`: the number of reloads. */
  readonly reloads?: number;
}

/** The figures of one run. */
export interface Figures {
  /** The day, as YYYY-MM-DD. */
  readonly date: string;
  /** Such as `2 cores of AMD EPYC 9B14, Linux 6.18`. */
  readonly machine: string;
  /** The gateway, with its version. */
  readonly gateway: string;
  /** Names with versions; krakend-watch is the first. */
  readonly contestants: readonly string[];
  readonly measures: readonly Measure[];
}

/** Fills the marked parts of the README, such as `<!-- bench: requests --><!-- end -->`, and formats it. */
export async function fillIn(
  readme: string,
  figures: Figures,
): Promise<string> {
  const parts: Readonly<Record<string, string>> = {
    requests: requestsText(figures),
    processor: processorText(figures),
    comparison: comparisonText(figures),
  };
  const filled = readme.replaceAll(
    /^( *)<!-- bench: (\w+) -->.*?<!-- end -->/gms,
    (_, indent: string, name: string) =>
      [`<!-- bench: ${name} -->`, parts[name], "<!-- end -->"]
        .join("\n").replaceAll(/^(?=.)/gm, indent),
  );
  return await format(filled);
}

async function format(markdown: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--no-config", "--ext=md", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(markdown));
  await input.close();
  return new TextDecoder().decode((await child.output()).stdout);
}

function requestsText({ contestants, measures }: Figures): string {
  const [refused, dropped] = ["refused", "dropped"].map((name) =>
    measures.find((it) => it.name === name)
  );
  if (!refused || !dropped) return "";
  const { of = 0, reloads = 0 } = refused;
  const lost = contestants.map((name, i) =>
    `${
      counted((refused.values[i] ?? 0) + (dropped.values[i] ?? 0))
    } with ${name}`
  );
  return `Measured in ${reloads} reloads under load, lost of ${
    counted(of)
  } new connections: ${lost.join(", ")}.`;
}

function processorText({ measures }: Figures): string {
  const value = measures.find(({ name }) => name === "processor")?.values[0];
  if (value === undefined || value === null) return "";
  return `Measured: ${
    value.toFixed(2)
  } times the processor time per request of a gateway alone.`;
}

function comparisonText(figures: Figures): string {
  const { date, machine, gateway, contestants, measures } = figures;
  const rows = measures.map(({ title, unit, of, values }) => [
    of === undefined ? title : `${title}, of ${counted(of)}`,
    ...values.map((it) =>
      it === null ? "" : `${counted(it)}${unit && ` ${unit}`}`
    ),
  ]);
  return `## Compared

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="doc/bench-dark.svg">
  <img alt="From a save to the new configuration served, in milliseconds: the first row of the table" src="doc/bench-light.svg">
</picture>

${markdownTable([["", ...contestants], ...rows])}

Measured on ${date} with ${gateway}, on ${machine}, by \`deno task bench\`.`;
}

function counted(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 2 });
}

/** Sizes in pixels. */
const WIDTH = 760;
const NAMES = 200;
const ROW = 36;
const MARGIN = 16;

/** Draws the times from a save to its configuration served: the shorter, the better. */
export function drawChart(
  { contestants, measures }: Figures,
  theme: Theme,
): string {
  const reload = measures.find(({ name }) => name === "reload");
  if (!reload) throw new Error("The figures have no measure named reload");
  const times = reload.values.map((it) => it ?? 0);
  const scale = (WIDTH - NAMES - 100) / Math.max(...times);
  const height = contestants.length * ROW + 2 * MARGIN;
  const rows = contestants.map((name, i) => {
    const y = MARGIN + i * ROW;
    const width = (times[i] ?? 0) * scale;
    const fill = theme.colors[i === 0 ? 36 : 90];
    return `<text x="${MARGIN}" y="${y + 23}">${escape(name)}</text>
<rect x="${NAMES}" y="${y + 6}" width="${width.toFixed(1)}" height="${
      ROW - 12
    }" rx="3" fill="${fill}"/>
<text x="${(NAMES + width + 8).toFixed(1)}" y="${y + 23}">${
      Math.round(times[i] ?? 0)
    } ${reload.unit}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escape(reload.title)}</title>
<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${
    height - 1
  }" rx="8" fill="${theme.background}" stroke="${theme.border}"/>
<g font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="14" fill="${
    theme.colors[0]
  }">
${rows.join("\n")}
</g>
</svg>
`;
}
