import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  drawChart,
  type Figures,
  fillIn,
  kept,
} from "../../scripts/docs/figures.ts";
import { THEMES } from "../../scripts/docs/svg.ts";
import { makeDocuments } from "../../scripts/docs/write.ts";
import { ROOT } from "../../scripts/paths.ts";

for (const [name, text] of await makeDocuments()) {
  Deno.test(`${name} is as deno task docs makes it now`, async () => {
    assertEquals(await Deno.readTextFile(join(ROOT, name)), text);
  });
}

const FIGURES: Figures = {
  date: "2026-01-02",
  machine: "a machine",
  versions: { "krakend-watch": "1.0.0", other: "2.0.0", krakend: "2.13.8" },
  ours: { name: "krakend-watch" },
  others: [{ name: "other" }],
  reloads: { load: 60 },
  results: {
    reload: [
      { name: "krakend-watch", value: 50 },
      { name: "other", value: 100 },
      { name: "the gateway's own boot", value: 40 },
    ],
    losses: [
      { name: "krakend-watch: refused, of 30000", value: 0 },
      { name: "krakend-watch: dropped or cut", value: 0 },
      { name: "other: refused, of 20000", value: 1_200 },
      { name: "other: dropped or cut", value: 3 },
    ],
    processor: [
      { name: "with krakend-watch, log in a folder of its own", value: 1.014 },
      { name: "throughput, log in a folder of its own", value: 0.987 },
    ],
  },
};

Deno.test("figures are put into the marks of the README, and put there again change nothing", async () => {
  const readme = await Deno.readTextFile(join(ROOT, "README.md"));
  const marks = [...readme.matchAll(/<!-- bench: (\w+) -->/g)].map(([, it]) =>
    it
  );
  assertEquals(marks.sort(), ["comparison", "processor", "requests"]);
  const filled = await fillIn(readme, FIGURES);
  const text = filled.replaceAll(/\s+/g, " ");
  for (
    const part of [
      "in 60 reloads under load: 0 of 30,000 with krakend-watch, 1,203 of 20,000 with other.",
      "Throughput is 0.99 times that of the gateway alone, and a request costs 1.01 times the processor time",
      "| | krakend-watch 1.0.0 | other 2.0.0 |",
      "| from a save to the new configuration served | 50 ms | 100 ms |",
      "| 0 of 30,000 | 1,200 of 20,000 |",
      "boots in 40 ms. Measured on 2026-01-02 with KrakenD 2.13.8, on a machine, by",
    ]
  ) assertStringIncludes(text, part);
  assertEquals(await fillIn(filled, FIGURES), filled);
});

Deno.test("in the chart, a bar is as long as its time", () => {
  const svg = drawChart(FIGURES, THEMES.light);
  const widths = [...svg.matchAll(/<rect x="200" .*? width="(.*?)"/g)]
    .map(([, width]) => Number(width));
  const [longest = 1] = widths.toSorted((a, b) => b - a);
  assertEquals(widths.map((it) => it / longest), [0.5, 1, 0.4]);
});

Deno.test("figures are kept without samples and places of a machine", () => {
  const place = { program: "/a/place", args: ["/a/place"] };
  const ours = { name: "krakend-watch", ...place };
  const reload = FIGURES.results.reload.map((it) => ({ ...it, samples: [1] }));
  const results = { ...FIGURES.results, reload };
  const all = { ...FIGURES, ours, results, gateway: "/a/place" };
  assertEquals(kept(all), FIGURES);
});
