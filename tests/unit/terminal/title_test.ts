import { assertEquals } from "@std/assert";
import { Title } from "../../../lib/terminal/title.ts";

/** A terminal that keeps what is written to it. */
function fakeTerminal() {
  const written: string[] = [];
  const writeSync = (bytes: Uint8Array) => {
    written.push(new TextDecoder().decode(bytes));
    return bytes.length;
  };
  return { written, terminal: { writeSync } };
}

const XTERM = { TERM: "xterm-256color" };

Deno.test("a title is put upon the old one, changed, and taken away again", () => {
  const { written, terminal } = fakeTerminal();
  {
    using title = new Title({ terminals: [terminal], env: XTERM });
    title.show("krakend-watch: checking");
    title.show("krakend-watch: ready");
    title.show("krakend-watch: ready");
  }
  assertEquals(written, [
    "\x1b[22;0t\x1b]0;krakend-watch: checking\x07",
    "\x1b]0;krakend-watch: ready\x07",
    "\x1b]0;\x07\x1b[23;0t",
  ]);
});

Deno.test("a title comes back after it was given away", () => {
  const { written, terminal } = fakeTerminal();
  const title = new Title({ terminals: [terminal], env: XTERM });
  title.showAgain();
  title.show("a");
  title.restore();
  title.restore();
  title.showAgain();
  assertEquals(written, [
    "\x1b[22;0t\x1b]0;a\x07",
    "\x1b]0;\x07\x1b[23;0t",
    "\x1b[22;0t\x1b]0;a\x07",
  ]);
});

Deno.test("there is no title without a terminal, and none on one that is dumb or unknown", () => {
  const { written, terminal } = fakeTerminal();
  new Title({ terminals: [], env: XTERM }).show("a");
  new Title({ terminals: [terminal], env: { TERM: "dumb" } }).show("a");
  new Title({ terminals: [terminal], env: {} }).show("a");
  assertEquals(written, []);
});

Deno.test("a terminal that has gone is no fault", () => {
  const terminal = {
    writeSync(): number {
      throw new Error("EIO");
    },
  };
  new Title({ terminals: [terminal], env: XTERM }).show("a");
});
