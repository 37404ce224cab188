/**
 * Puts the figures of `deno task bench` into the README: sentences, a table and
 * a chart. doc/bench.json holds them, and `deno task docs --figures
 * dist/bench.json` writes it; while there is none, their places are empty.
 *
 * @module
 */

import type { About } from "../bench/about.ts";
import { markdownTable } from "./markdown.ts";
import { escape, type Theme } from "./svg.ts";

/** A figure, as far as documents need it. */
interface Figure {
  readonly name: string;
  readonly value: number;
}

/** The parts of dist/bench.json that documents need. */
export interface Figures extends About {
  readonly ours: { readonly name: string };
  readonly others: readonly { readonly name: string }[];
  readonly reloads: { readonly load: number };
  readonly results: Readonly<
    Record<"reload" | "losses" | "processor", readonly Figure[]>
  >;
}

/** Returns what doc/bench.json keeps of dist/bench.json: neither samples nor places of this machine. */
export function kept(figures: Figures): Figures {
  const { date, machine, versions, ours, others, reloads, results } = figures;
  const short = Object.entries(results).map(([part, figures]) => [
    part,
    figures.map(({ name, value }) => ({
      name,
      value: Math.round(value * 1_000) / 1_000,
    })),
  ]);
  return {
    ...{ date, machine, versions, reloads },
    ours: { name: ours.name },
    others: others.map(({ name }) => ({ name })),
    results: Object.fromEntries(short),
  };
}

/** The name of the boot among the times of reloads. */
const BOOT = "the gateway's own boot";

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

/** Returns the names of the programs, ours first. */
function namesOf({ ours, others }: Figures): string[] {
  return [ours, ...others].map(({ name }) => name);
}

/** Returns a name with its version. */
function titleOf(name: string, { versions }: Figures): string {
  const version = versions[name];
  return version === undefined ? name : `${name} ${version}`;
}

function valueOf(figures: readonly Figure[], name: string): number {
  const figure = figures.find((it) => it.name === name);
  if (figure) return figure.value;
  throw new Error(
    `doc/bench.json has no figure "${name}": run deno task bench`,
  );
}

/** Connections that a program has lost in reloads. */
function lossesOf(name: string, { results: { losses } }: Figures) {
  const refused = losses.find((it) =>
    it.name.startsWith(`${name}: refused, of `)
  );
  const sent = Number(/ of (\d+)$/.exec(refused?.name ?? "")?.[1]);
  const dropped = valueOf(losses, `${name}: dropped or cut`);
  return { refused: refused?.value ?? 0, dropped, sent };
}

function requestsText(figures: Figures): string {
  const lost = namesOf(figures).map((name) => {
    const { refused, dropped, sent } = lossesOf(name, figures);
    return `${counted(refused + dropped)} of ${counted(sent)} with ${name}`;
  });
  return `Requests lost in ${figures.reloads.load} reloads under load: ${
    lost.join(", ")
  }.`;
}

function processorText({ results: { processor } }: Figures): string {
  const ratioOf = (name: string) =>
    valueOf(processor, `${name}, log in a folder of its own`).toFixed(2);
  return `Throughput is ${
    ratioOf("throughput")
  } times that of the gateway alone, and a request costs ${
    ratioOf("with krakend-watch")
  } times the processor time, all processes together.`;
}

function comparisonText(figures: Figures): string {
  const { date, machine, versions, results } = figures;
  const names = namesOf(figures);
  const row = (title: string, cell: (name: string) => string) => [
    title,
    ...names.map(cell),
  ];
  const table = markdownTable([
    row("", (name) => titleOf(name, figures)),
    row(
      "from a save to the new configuration served",
      (name) => `${Math.round(valueOf(results.reload, name))} ms`,
    ),
    row("connections refused in reloads under load", (name) => {
      const { refused, sent } = lossesOf(name, figures);
      return `${counted(refused)} of ${counted(sent)}`;
    }),
    row(
      "requests dropped or cut",
      (name) => counted(lossesOf(name, figures).dropped),
    ),
  ]);
  const boot = Math.round(valueOf(results.reload, BOOT));
  return `## Compared

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="doc/bench-dark.svg">
  <img alt="Bars for the first row of the table, and for the boot of a gateway" src="doc/bench-light.svg">
</picture>

${table}

The others restart without a check; reflex has the command line of the image
\`krakend:watch\`. A gateway alone boots in ${boot} ms. Measured on ${date} with
KrakenD ${versions["krakend"]}, on ${machine}, by \`deno task bench\`.`;
}

function counted(value: number): string {
  return value.toLocaleString("en");
}

/** Sizes in pixels. */
const WIDTH = 760;
const NAMES = 200;
const ROW = 36;
const MARGIN = 16;

/** Draws the times from a save to its configuration served, and that of a boot: the shorter, the better. */
export function drawChart(figures: Figures, theme: Theme): string {
  const { results: { reload } } = figures;
  const bars = [...namesOf(figures), BOOT].map((name) => ({
    title: titleOf(name, figures),
    ms: valueOf(reload, name),
  }));
  const scale = (WIDTH - NAMES - 100) / Math.max(...bars.map(({ ms }) => ms));
  const height = bars.length * ROW + 2 * MARGIN;
  const rows = bars.map(({ title, ms }, i) => {
    const y = MARGIN + i * ROW;
    const width = ms * scale;
    const fill = theme.colors[i === 0 ? 36 : 90];
    return `<text x="${MARGIN}" y="${y + 23}">${escape(title)}</text>
<rect x="${NAMES}" y="${y + 6}" width="${width.toFixed(1)}" height="${
      ROW - 12
    }" rx="3" fill="${fill}"/>
<text x="${(NAMES + width + 8).toFixed(1)}" y="${y + 23}">${
      Math.round(ms)
    } ms</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>From a save to the new configuration served</title>
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
