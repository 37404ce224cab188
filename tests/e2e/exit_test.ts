import { assertEquals } from "@std/assert";
import { Playground } from "../helpers/playground.ts";
import { startedPids, writeScript } from "../helpers/processes.ts";

const RUN = ["run", "-c", "krakend.json"];

/** A gateway that leaves at once with a code, as long as the configuration says so. */
async function leaving(place: Playground, code: number): Promise<string> {
  const path = await writeScript(
    place.folder,
    "gateway",
    `[ "$1" = run ] && grep -q leaving krakend.json && exit ${code}
     exec "${place.gateway}" "$@"`,
  );
  await place.save("/leaving");
  return path;
}

for (const [code, expected] of [[0, 1], [3, 3], [255, 255]] as const) {
  Deno.test(`--on-exit=exit exits with ${expected} when the gateway exits with ${code}`, async () => {
    await using place = await Playground.open();
    const env = { KRAKEND_BIN: await leaving(place, code) };
    const watch = place.start({ args: ["--on-exit=exit", ...RUN], env });
    assertEquals((await watch.status).code, expected);
    assertEquals(
      place.count(`exited with code ${code}; exiting, too`),
      1,
    );
  });
}

Deno.test("--on-exit=exit exits with 128 and the signal that ended the gateway", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe({
    args: ["-v", "--on-exit=exit", ...RUN],
  });
  const [pid = 0] = startedPids(watch.lines);
  Deno.kill(pid, "SIGKILL");
  assertEquals((await watch.status).code, 137);
});

Deno.test("--on-exit=wait starts the gateway again at the next change only", async () => {
  await using place = await Playground.open();
  const env = { KRAKEND_BIN: await leaving(place, 3) };
  place.start({ args: ["--on-exit=wait", ...RUN], env });
  await place.reports("next start at the next change");
  await place.staysQuiet();
  await place.save("/one");
  await place.serves("/one");
});

Deno.test("--max-restarts ends what cannot be helped", async () => {
  await using place = await Playground.open();
  const env = { KRAKEND_BIN: await leaving(place, 3) };
  const watch = place.start({ args: ["-v", "--max-restarts=1", ...RUN], env });
  assertEquals((await watch.status).code, 3);
  assertEquals(startedPids(watch.lines).length, 2);
});
