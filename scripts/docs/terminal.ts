/**
 * Draws doc/terminal-dark.svg and doc/terminal-light.svg, the picture in the
 * README, of a real session: `deno task picture`.
 *
 * @module
 */

import { stripAnsiCode } from "@std/fmt/colors";
import { join } from "@std/path";
import { findGateway } from "../gateway/build.ts";
import { placeKeeper } from "../keeper.ts";
import { freePort } from "../lab/config.ts";
import { statusOf } from "../lab/status.ts";
import { until } from "../lab/until.ts";
import { startKrakendWatch } from "../lab/watch_process.ts";
import { DOC } from "../paths.ts";
import { say } from "../say.ts";
import { runTool } from "../static/tool.ts";
import { escape, type Theme, THEMES } from "./svg.ts";

const CONFIG = (port: number) =>
  `{
  "version": 3,
  "listen_ip": "127.0.0.1",
  "port": ${port},
  "endpoints": [
    {
      "endpoint": "/users",
      "timeout": "2s",
      "backend": [{ "host": ["http://users"], "url_pattern": "/users" }]
    }
  ]
}
`;

/** The commands of the session, and words that each answer ends with. */
const EDITS = [
  [`sed -i 's/"2s"/"3s"/' krakend.json`, "ready in"],
  [`sed -i 's/"3s",/"3s",,/' krakend.json`, "krakend: "],
  [`sed -i 's/,,/,/; s/users/people/' krakend.json`, "ready in"],
] as const;

/** The path of krakend in the picture, instead of one of this machine. */
const KRAKEND = "/usr/bin/krakend";
const PROMPT = "$ ";

/** Runs the session, and returns its lines with the codes of their colours. */
export async function perform(): Promise<string[]> {
  await placeKeeper();
  const folder = await Deno.makeTempDir({ prefix: "krakend-watch-picture-" });
  const program = join(folder, "krakend");
  await Deno.symlink(await findGateway(), program);
  const port = freePort();
  await Deno.writeTextFile(join(folder, "krakend.json"), CONFIG(port));
  const args = ["run", "-c", "krakend.json"];
  const lines = [`${PROMPT}krakend-watch ${args.join(" ")} &`];
  const text = () => lines.map(stripAnsiCode).join("\n");
  const answers = (words: string) =>
    until(
      `krakend-watch says "${words}"`,
      () => (text().split(PROMPT).at(-1) ?? "").includes(words),
      { evidence: text },
    );
  try {
    await using watch = startKrakendWatch({
      args,
      cwd: folder,
      env: { KRAKEND_BIN: program, FORCE_COLOR: "1", NO_COLOR: "" },
      // The other lines are the gateway's.
      onLine: (line) =>
        stripAnsiCode(line).startsWith("krakend-watch: ") &&
        lines.push(line.replace(program, KRAKEND)),
    });
    await answers("ready in");
    for (const [command, words] of EDITS) {
      lines.push(`${PROMPT}${command}`);
      const { success } = await runTool(["sh", "-c", command], { cwd: folder });
      if (!success) throw new Error(`"${command}" failed`);
      await answers(words);
      if (await statusOf(port, "/__health") !== 200) {
        throw new Error("The gateway does not answer any more");
      }
    }
    // Its last words are none of the session.
    const session = [...lines];
    watch.signal("SIGTERM");
    return session;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Sizes in pixels. */
const FONT = 14;
const ADVANCE = 8.4;
const LINE = 20;
const MARGIN = 16;

/** Returns lines as a picture. */
export function draw(lines: readonly string[], theme: Theme): string {
  const columns = Math.max(...lines.map((it) => stripAnsiCode(it).length));
  const width = Math.ceil(columns * ADVANCE) + 2 * MARGIN;
  const height = lines.length * LINE + 2 * MARGIN;
  const texts = lines.flatMap((line, row) => {
    const y = MARGIN + row * LINE + FONT;
    return segmentsOf(line).map(({ column, color, text }) => {
      const x = (MARGIN + column * ADVANCE).toFixed(1);
      // Whatever font there is, columns stay in line.
      const length = (text.length * ADVANCE).toFixed(1);
      const fill = theme.colors[color] ?? theme.colors[0];
      return `<text x="${x}" y="${y}" textLength="${length}" fill="${fill}">${
        escape(text)
      }</text>`;
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>krakend-watch in a terminal</title>
<desc>${escape(lines.map(stripAnsiCode).join("\n"))}</desc>
<rect x="0.5" y="0.5" width="${width - 1}" height="${
    height - 1
  }" rx="8" fill="${theme.background}" stroke="${theme.border}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT}" xml:space="preserve">
${texts.join("\n")}
</g>
</svg>
`;
}

interface Segment {
  /** From 0. */
  readonly column: number;
  /** The code of its colour. */
  readonly color: number;
  readonly text: string;
}

// deno-lint-ignore no-control-regex -- codes of colours begin with ESC
const CODE = /\x1b\[(\d+)m/g;

/** Splits a line where its colour changes. Blanks at the ends of a part are left out. */
function segmentsOf(line: string): Segment[] {
  const [first = "", ...rest] = line.split(CODE);
  const parts: [color: string, text: string][] = [["0", first]];
  for (let i = 0; i < rest.length; i += 2) {
    parts.push([rest[i] ?? "0", rest[i + 1] ?? ""]);
  }
  let end = 0;
  return parts.flatMap(([color, text]) => {
    const column = end + text.length - text.trimStart().length;
    end += text.length;
    return text.trim()
      ? [{ column, color: Number(color), text: text.trim() }]
      : [];
  });
}

if (import.meta.main) {
  const lines = await perform();
  for (const [name, theme] of Object.entries(THEMES)) {
    const path = join(DOC, `terminal-${name}.svg`);
    await Deno.writeTextFile(path, draw(lines, theme));
    say(`wrote ${path}`);
  }
}
