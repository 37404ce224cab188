/**
 * Tests before a terminal.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { Playground } from "./playground.ts";
import { isRunning, startedPids } from "./processes.ts";
import { HAS_TERMINAL, Terminal } from "./terminal.ts";

/** What starts krakend-watch in a terminal, with the key that ends a line. */
export const RUN = "./kw --settle 300ms -v run -c krakend.json\n";

/**
 * A test with a terminal and a shell in it; skipped where there is none. In the
 * end the terminal is closed, and krakend-watch and its gateways must be gone.
 *
 * @param command What runs in the terminal instead of the shell.
 */
export function testOnTerminal(
  name: string,
  body: (terminal: Terminal, place: Playground) => Promise<void>,
  command?: string,
): void {
  Deno.test(name, { ignore: !HAS_TERMINAL }, async () => {
    await using place = await Playground.open();
    await using terminal = await Terminal.open(place, command);
    await body(terminal, place);
    await terminal.hangUp();
    await terminal.isLeft();
    for (const pid of startedPids(terminal.screen.split("\n"))) {
      assertEquals(await isRunning(pid), false, terminal.screen);
    }
  });
}
