import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { holds } from "../../scripts/lab/until.ts";
import { IMPORT_MAP, MAIN } from "../../scripts/paths.ts";
import { eventAt, eventsOf } from "../helpers/events.ts";
import { Playground } from "../helpers/playground.ts";
import { together } from "../helpers/together.ts";

const PRELOAD = fromFileUrl(
  new URL("../helpers/faulty_runtime.ts", import.meta.url),
);
const PROGRAM = [
  ...["run", "-A", "--quiet"],
  ...[`--preload=${PRELOAD}`, `--import-map=${IMPORT_MAP}`, MAIN],
];
const ARGS = [
  ...["--log-format=json", "--watch=conf"],
  // What is lost is missed after these.
  ...["--ready-timeout=2s", "--shutdown-timeout=1s"],
  ...["run", "-c", "krakend.json"],
];
/** Longer than the time between two sweeps, in milliseconds. */
const A_WHILE_MS = 700;

/** Functions of the runtime, by the stage that needs them. */
const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  "watching": [
    ...["Deno.statSync", "Deno.lstatSync", "Deno.readFileSync"],
    ...["Deno.readDirSync", "Deno.watchFs", "crypto.subtle.digest"],
  ],
  "building": [
    ...["Deno.makeTempDirSync", "Deno.writeFileSync", "JSON.parse"],
    ...["TextDecoder", "AbortController"],
  ],
  "starting and ending": ["Deno.Command", "Deno.kill", "Deno.readTextFileSync"],
  "handing over": ["WritableStreamDefaultWriter.prototype.write"],
  "reporting": [
    "Deno.stderr.write",
    "JSON.stringify",
    "Date.prototype.toISOString",
  ],
  "cleaning up": ["Deno.removeSync"],
};

/** Lets a function throw during a change, and asserts that the gateway serves on, and what changes later. */
async function survive(name: string, isReportable: boolean): Promise<void> {
  await using place = await Playground.open();
  const fault = place.path("fault");
  await Deno.mkdir(place.path("conf"));
  const env = { FAULT: name, FAULT_WHILE: fault };
  const watch = place.start({ args: ARGS, program: PROGRAM, env });
  await eventAt(place, "ready", 1);
  await Deno.writeTextFile(fault, "");
  await Deno.mkdir(place.path("conf/new"));
  await place.save("/one", "/two");
  await place.until("it fails", () => Deno.statSync(fault).size > 0);
  let hasEnded = false;
  watch.status.then(() => hasEnded = true);
  await holds(
    "the gateway serves",
    async () => !hasEnded && await place.statusOf("/one") === 200,
    A_WHILE_MS,
    { evidence: () => place.lines.join("\n") },
  );
  const isReported = () =>
    eventsOf(place.lines).some(({ level }) =>
      level === "error" || level === "warning"
    );
  if (isReportable) {
    await place.until(
      "it is reported, or does not matter",
      async () => isReported() || await place.statusOf("/two") === 200,
    );
  }
  await Deno.remove(fault);
  const before = eventsOf(place.lines).length;
  await place.save("/one", "/three");
  await place.serves("/three");
  await place.until(
    "there are reports",
    () =>
      eventsOf(place.lines).slice(before).some(({ event }) =>
        event === "ready"
      ),
  );
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
}

for (const [stage, functions] of Object.entries(FUNCTIONS)) {
  Deno.test(`a fault of ours while ${stage} is reported or does not matter, and later changes are served`, async () => {
    const cases = functions.map((name) =>
      [name, () => survive(name, stage !== "reporting")] as const
    );
    await together(Object.fromEntries(cases));
  });
}
