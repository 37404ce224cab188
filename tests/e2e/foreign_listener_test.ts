import { assertEquals } from "@std/assert";
import type { StartOptions } from "../../scripts/lab/watch_process.ts";
import { eventAt, eventsOf } from "../helpers/events.ts";
import { Playground } from "../helpers/playground.ts";
import { writeScript } from "../helpers/processes.ts";
import { withoutKeeper } from "../helpers/swap.ts";
import { together } from "../helpers/together.ts";

const RUN = ["--log-format=json", "run", "-c", "krakend.json"];

/** A way in which a port passes to the next gateway, and the event of one that never gets it. */
interface Way {
  readonly optionsOf: (place: Playground) => Promise<Partial<StartOptions>>;
  readonly end: "rejected" | "rolled_back";
}

const WAYS: Readonly<Record<string, Way>> = {
  "shared": {
    optionsOf: () => Promise.resolve({ args: RUN }),
    end: "rejected",
  },
  "with --no-overlap": {
    optionsOf: () => Promise.resolve({ args: ["--no-overlap", ...RUN] }),
    end: "rolled_back",
  },
  "without the keeper": {
    optionsOf: async (place) => ({
      args: RUN,
      program: await withoutKeeper(place),
    }),
    end: "rolled_back",
  },
};

/** Changes to an address where another program answers. */
const MOVES: Readonly<
  Record<string, (place: Playground) => { hostname: string; port: number }>
> = {
  "a port": () => ({ hostname: "127.0.0.1", port: 0 }),
  "an address": ({ port }) => ({ hostname: "127.0.0.2", port }),
};

/** Boots that are longer than the times of a probe, in seconds. */
const BOOTS = [0.3, 0.8];

/** Moves a gateway to an address of another program, and asserts that nobody is misled. */
async function move(
  addressOf: (place: Playground) => { hostname: string; port: number },
  { optionsOf, end }: Way,
  bootSeconds: number,
): Promise<void> {
  await using place = await Playground.open();
  await using other = Deno.serve(
    { ...addressOf(place), onListen: () => {} },
    () => new Response("not a gateway"),
  );
  const { hostname, port } = other.addr;
  const gateway = await writeScript(
    place.folder,
    "gateway",
    `[ "$1" = run ] && sleep ${bootSeconds}
     exec "${place.gateway}" "$@"`,
  );
  const options = await optionsOf(place);
  place.start({ ...options, env: { KRAKEND_BIN: gateway } });
  await eventAt(place, "ready", 1);
  await Deno.writeTextFile(
    place.file,
    place.configWith({ listen_ip: hostname, port }, "/moved"),
  );
  await eventAt(place, end, 1);
  const isBack = end === "rolled_back";
  if (isBack) await eventAt(place, "ready", 2);
  assertEquals(await place.statusOf("/one"), 200);
  const ready = eventsOf(place.lines).flatMap((it) =>
    it.event === "ready" ? [it.is_rollback] : []
  );
  assertEquals(ready, isBack ? [false, true] : [false]);
}

for (const [name, way] of Object.entries(WAYS)) {
  for (const [what, addressOf] of Object.entries(MOVES)) {
    Deno.test({
      name:
        `${name}: a configuration that moves to ${what} where another program answers is not believed to be served, however long the boot takes`,
      // Elsewhere there is one address only.
      ignore: Deno.build.os !== "linux" && what === "an address",
      async fn() {
        const cases = BOOTS.map((boot) =>
          [`${boot} s`, () => move(addressOf, way, boot)] as const
        );
        await together(Object.fromEntries(cases));
      },
    });
  }
}
