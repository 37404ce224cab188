import { assertEquals } from "@std/assert";
import { jsonOf, recordOf } from "../../lib/event.ts";
import { Output, type Sink } from "../../lib/output.ts";

/** A reader that takes nothing until it is asked to. */
class Reader implements Sink {
  readonly texts: string[] = [];
  readonly #reads = Promise.withResolvers<void>();

  read(): void {
    this.#reads.resolve();
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.#reads.promise;
    this.texts.push(new TextDecoder().decode(bytes));
    return bytes.length;
  }
}

Deno.test("a text that is large by itself is written; what stays unread costs the texts behind it, which are counted", async () => {
  const reader = new Reader();
  const dropped: number[] = [];
  const large = "x".repeat(300_000);
  {
    await using output = new Output(reader, (count) => dropped.push(count));
    for (const text of [large, "b", "c"]) output.write(text);
    reader.read();
  }
  assertEquals(reader.texts, [large]);
  assertEquals(dropped, [2]);
});

Deno.test("nothing in a line of JSON acts on a terminal, and its values are as they were", () => {
  const name = "a\u009b\u202e\u2028\u{e0001}\u007fz\u001b";
  const line = jsonOf(recordOf({ event: "reverted", config: name }));
  assertEquals(/[\p{C}\p{Zl}]/u.test(line), false);
  assertEquals(JSON.parse(line).config, name);
});
