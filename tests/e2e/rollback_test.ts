import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Playground } from "../helpers/playground.ts";
import { writeScript } from "../helpers/processes.ts";
import { withoutKeeper } from "../helpers/swap.ts";
import { freePort } from "../../scripts/lab/config.ts";
import type { StartOptions } from "../../scripts/lab/watch_process.ts";

const RUN = ["run", "-c", "krakend.json"];
const WENT_BACK = "going back to the last configuration that worked";
const GOES_ON = "the gateway goes on with the configuration it has";
const RUNS_AGAIN = "with the last configuration that worked";

/** A configuration that passes every check and cannot run: its port is taken. So is that of its statistics, which is no obstacle. */
function blocked(place: Playground) {
  const listeners = [0, 0].map((port) =>
    Deno.listen({ hostname: "127.0.0.1", port })
  );
  const [port = 0, other] = listeners.map(({ addr }) => addr.port);
  const statistics = { listen_address: `127.0.0.1:${other}` };
  const extra_config = { "telemetry/metrics": statistics };
  return {
    text: place.configWith({ port, extra_config }, "/blocked"),
    port,
    [Symbol.dispose]: () => listeners.forEach((it) => it.close()),
  };
}

/** The ways in which one gateway must stop before the next one runs. */
const WAYS: Readonly<
  Record<string, (place: Playground) => Promise<Partial<StartOptions>>>
> = {
  "with --no-overlap": () =>
    Promise.resolve({ args: ["--no-overlap", ...RUN] }),
  "without the keeper": async (place) => ({
    program: await withoutKeeper(place),
  }),
};

Deno.test("a configuration whose port is taken never takes the place of the gateway that runs", async () => {
  await using place = await Playground.open();
  using wrong = blocked(place);
  await place.startAndServe();
  await Deno.writeTextFile(place.file, wrong.text);
  await place.reports(GOES_ON);
  await place.reports(`  127.0.0.1:${wrong.port} is in use by another program`);
  assertEquals(await place.statusOf("/one"), 200);
  assertEquals([place.starts, place.count(WENT_BACK)], [1, 0]);

  await place.save("/one");
  await place.reports("is again as the gateway has it");
  await place.save("/mended");
  await place.serves("/mended");
});

for (const [way, optionsOf] of Object.entries(WAYS)) {
  Deno.test(`${way}, a configuration whose port is taken gives way to the last one that worked`, async () => {
    await using place = await Playground.open();
    using wrong = blocked(place);
    await place.startAndServe(await optionsOf(place));
    await Deno.writeTextFile(place.file, wrong.text);
    await place.reports(WENT_BACK);
    await place.reports(RUNS_AGAIN);
    assertEquals(await place.statusOf("/one"), 200);

    await place.save("/one");
    await place.reports("is again as the gateway has it");
    await place.staysQuiet();
    assertEquals(place.starts, 2);
    await place.save("/mended");
    await place.serves("/mended");
  });
}

const STARTS: typeof WAYS = {
  ...WAYS,
  shared: () => Promise.resolve({}),
  "with --on-exit=exit": () =>
    Promise.resolve({ args: ["--on-exit=exit", ...RUN] }),
};

for (const [way, optionsOf] of Object.entries(STARTS)) {
  Deno.test(`${way}, a first start whose port is taken says so`, async () => {
    await using place = await Playground.open();
    using _ = Deno.listen({ hostname: "127.0.0.1", port: place.port });
    place.start(await optionsOf(place));
    await place.reports(
      `the gateway exited with code 0, as 127.0.0.1:${place.port} is in use by another program; `,
    );
  });
}

Deno.test("a gateway that runs and does not listen is given up after the ready timeout", async () => {
  await using place = await Playground.open();
  await writeScript(
    place.folder,
    "gateway",
    `for config; do :; done
     [ "$1" = run ] && grep -q silent "$config" && exec sleep 1000
     exec "${place.gateway}" "$@"`,
  );
  await place.startAndServe({
    args: ["--ready-timeout", "1s", ...RUN],
    env: { KRAKEND_BIN: place.path("gateway") },
  });
  await place.save("/silent");
  await place.reports("it did not listen on 127.0.0.1");
  assertEquals([await place.statusOf("/one"), place.starts], [200, 1]);
});

Deno.test("a gateway that listens elsewhere is given up, and its ports are reported", async () => {
  await using place = await Playground.open();
  const elsewhere = freePort();
  await writeScript(
    place.folder,
    "gateway",
    `for config; do :; done
     [ "$1" = run ] && grep -q elsewhere "$config" && export KRAKEND_PORT=${elsewhere}
     exec "${place.gateway}" "$@"`,
  );
  await place.startAndServe({
    args: ["--ready-timeout", "1s", ...RUN],
    env: { KRAKEND_BIN: place.path("gateway") },
  });
  await place.save("/elsewhere");
  await place.reports(`it has 127.0.0.1:${elsewhere}`);
  assertEquals([await place.statusOf("/one"), place.starts], [200, 1]);
});

Deno.test("what was made from templates is run again as it was made", async () => {
  await using place = await Playground.open();
  using wrong = blocked(place);
  await Deno.mkdir(place.path("templates"));
  await Deno.writeTextFile(
    place.path("templates/all.tmpl"),
    place.config("/one"),
  );
  await Deno.writeTextFile(place.file, '{{ template "all.tmpl" . }}');
  await place.startAndServe({
    args: ["--no-overlap", ...RUN],
    env: { FC_ENABLE: "1", FC_TEMPLATES: "templates" },
  });
  await Deno.writeTextFile(place.path("templates/all.tmpl"), wrong.text);
  await place.reports(RUNS_AGAIN);
  assertEquals(await place.statusOf("/one"), 200);
});

Deno.test("--no-rollback tries a configuration again that cannot run", async () => {
  await using place = await Playground.open();
  using wrong = blocked(place);
  await place.startAndServe({
    args: ["--no-overlap", "--no-rollback", ...RUN],
  });
  await Deno.writeTextFile(place.file, wrong.text);
  await place.reports("next start in", 2);
  assertEquals(place.count(WENT_BACK), 0);
});

Deno.test("--no-rollback tries a configuration again beside the gateway that runs, where both can", async () => {
  await using place = await Playground.open();
  const wrong = blocked(place);
  await place.startAndServe({ args: ["--no-rollback", ...RUN] });
  await Deno.writeTextFile(place.file, wrong.text);
  await place.reports(GOES_ON, 2);
  assertEquals(await place.statusOf("/one"), 200);
  wrong[Symbol.dispose]();
  await place.restarts(1);
});

Deno.test("the first configuration has nothing to go back to, and is tried again", async () => {
  await using place = await Playground.open();
  const wrong = blocked(place);
  await Deno.writeTextFile(place.file, wrong.text);
  place.start();
  await place.reports("next start in");
  wrong[Symbol.dispose]();
  await place.reports("ready in ");
});

Deno.test("copies are readable for their owner only, and are gone at the end", async () => {
  await using place = await Playground.open();
  await Deno.mkdir(place.path("tmp"));
  const watch = await place.startAndServe({
    env: { TMPDIR: place.path("tmp") },
  });
  const [own] = [...Deno.readDirSync(place.path("tmp"))]
    .filter(({ name }) => name.startsWith("krakend-watch-"))
    .map(({ name }) => join(place.path("tmp"), name));
  assert(own, "there is a private folder");
  const copies = [...Deno.readDirSync(own)].filter(({ name }) =>
    name.startsWith("configuration-")
  );
  assertEquals(copies.length, 1);
  const folder = join(own, copies[0]?.name ?? "");
  for (
    const [path, mode] of [
      [own, 0o700],
      [folder, 0o700],
      [join(folder, "krakend.json"), 0o600],
    ] as const
  ) {
    assertEquals((Deno.statSync(path).mode ?? 0) & 0o777, mode, path);
  }
  watch.signal("SIGTERM");
  await watch.status;
  assertEquals([...Deno.readDirSync(place.path("tmp"))], []);
});

Deno.test("a copy that something has removed is written again for the next start", async () => {
  await using place = await Playground.open();
  await Deno.mkdir(place.path("tmp"));
  await place.startAndServe({
    args: ["-v", ...RUN],
    env: { TMPDIR: place.path("tmp") },
  });
  await Deno.writeTextFile(place.file, "{");
  await place.reports("is refused");
  await Deno.remove(place.path("tmp"), { recursive: true });
  const pid = /gateway started \(process (\d+)\)/.exec(
    place.lines.join("\n"),
  )?.[1];
  Deno.kill(Number(pid), "SIGKILL");
  await place.restarts(1);
  assertEquals(await place.statusOf("/one"), 200);
});
