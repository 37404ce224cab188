import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { drawChart, type Figures, fillIn } from "../../scripts/docs/figures.ts";
import { THEMES } from "../../scripts/docs/svg.ts";
import { DOCUMENTS } from "../../scripts/docs/write.ts";
import { ROOT } from "../../scripts/paths.ts";

for (const [name, make] of Object.entries(DOCUMENTS)) {
  Deno.test(`${name} is as deno task docs makes it now`, async () => {
    assertEquals(await Deno.readTextFile(join(ROOT, name)), await make());
  });
}

const FIGURES: Figures = {
  date: "2026-01-02",
  machine: "a machine",
  gateway: "KrakenD 2.13.8",
  contestants: ["krakend-watch 1.0.0", "another 2.0.0"],
  measures: [
    { name: "reload", title: "save → served", unit: "ms", values: [50, 100] },
    {
      name: "refused",
      title: "refused",
      unit: "",
      values: [0, 12],
      of: 30_000,
      reloads: 60,
    },
    {
      name: "dropped",
      title: "dropped",
      unit: "",
      values: [0, 3],
      of: 30_000,
      reloads: 60,
    },
    {
      name: "processor",
      title: "processor time",
      unit: "×",
      values: [1.014, null],
    },
  ],
};

Deno.test("figures are put into the marks of the README, and put there again change nothing", async () => {
  const readme = await Deno.readTextFile(join(ROOT, "README.md"));
  const marks = [...readme.matchAll(/<!-- bench: (\w+) -->/g)].map(([, it]) =>
    it
  );
  assertEquals(marks.sort(), ["comparison", "processor", "requests"]);
  const filled = await fillIn(readme, FIGURES);
  const text = filled.replaceAll(/\s+/g, " ");
  assertStringIncludes(
    text,
    "in 60 reloads under load, lost of 30,000 new connections: 0 with krakend-watch 1.0.0, 15 with another 2.0.0.",
  );
  assertStringIncludes(text, "Measured: 1.01 times the processor time");
  assertStringIncludes(text, "| save → served | 50 ms | 100 ms |");
  assertStringIncludes(
    text,
    "Measured on 2026-01-02 with KrakenD 2.13.8, on a machine",
  );
  assertEquals(await fillIn(filled, FIGURES), filled);
});

Deno.test("in the chart, a bar is as long as its time", () => {
  const svg = drawChart(FIGURES, THEMES.light);
  const widths = [...svg.matchAll(/<rect x="200" .*? width="(.*?)"/g)]
    .map(([, width]) => Number(width));
  assertEquals(widths.length, 2);
  assertEquals((widths[1] ?? 0) / (widths[0] ?? 1), 2);
});
