import { PROGRAM } from "../../scripts/lab/watch_process.ts";
import { Playground } from "../helpers/playground.ts";

/** Where Deno opens its debugger at SIGUSR1. */
const DEBUGGER = { hostname: "127.0.0.1", port: 9229 };

async function isOpen(): Promise<boolean> {
  try {
    (await Deno.connect(DEBUGGER)).close();
    return true;
  } catch {
    return false;
  }
}

Deno.test("the debugger that Deno opens at SIGUSR1 is closed again, for several krakend-watch at once", async () => {
  await using first = await Playground.open();
  await using second = await Playground.open();
  const places = [first, second];
  const program = PROGRAM.filter((word) => word !== "--quiet");
  const watches = await Promise.all(
    places.map((place) => place.startAndServe({ program })),
  );
  for (const round of [1, 2]) {
    for (const [i, place] of places.entries()) {
      // Deno does not listen to it from its first moment on.
      await place.until("Deno opens its debugger", () => {
        watches[i]?.signal("SIGUSR1");
        return place.count("Debugger listening") >= round;
      });
    }
    await first.until("the debugger is closed", async () => !await isOpen());
  }
  for (const place of places) {
    await place.save("/two");
    await place.serves("/two");
  }
});
