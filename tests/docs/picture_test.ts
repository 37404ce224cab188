import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { THEMES } from "../../scripts/docs/svg.ts";
import { draw, perform } from "../../scripts/docs/terminal.ts";
import { DOC } from "../../scripts/paths.ts";

/** Hides times, which differ from run to run, and the places that depend on their lengths. */
function withoutTimes(svg: string): string {
  return svg.replaceAll(/in \d+ ms/g, "in ? ms")
    .replaceAll(/ textLength="[\d.]+"/g, "");
}

Deno.test({
  name:
    "the pictures of a terminal show what the program prints now; deno task picture draws them again",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const lines = await perform();
    for (const [name, theme] of Object.entries(THEMES)) {
      const picture = await Deno.readTextFile(
        join(DOC, `terminal-${name}.svg`),
      );
      assertEquals(
        withoutTimes(picture),
        withoutTimes(draw(lines, theme)),
      );
    }
  },
});

Deno.test("a picture keeps the columns and colours of a terminal", () => {
  const { dark } = THEMES;
  const svg = draw(["a \x1b[31m<b>\x1b[0m  c"], dark);
  const texts = [
    ...svg.matchAll(/<text x="(.*?)" y="30" .*? fill="(.*?)">(.*?)</g),
  ];
  assertEquals(texts.map(([, ...it]) => it), [
    ["16.0", dark.colors[0], "a"],
    ["32.8", dark.colors[31], "&lt;b>"],
    ["74.8", dark.colors[0], "c"],
  ]);
});
