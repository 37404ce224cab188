import { assertEquals } from "@std/assert";
import { passOn, type Sink, Tail } from "../../../lib/supervise/output.ts";

/** Takes what is written, a few bytes at a time. */
class SlowSink implements Sink {
  text = "";
  /** What the next writes throw. */
  readonly faults: unknown[] = [];

  write(bytes: Uint8Array): Promise<number> {
    if (this.faults.length > 0) return Promise.reject(this.faults.shift());
    const taken = bytes.subarray(0, 3);
    this.text += new TextDecoder().decode(taken);
    return Promise.resolve(taken.length);
  }
}

function stream(...texts: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(texts.map((it) => new TextEncoder().encode(it)));
}

Deno.test("output is passed on whole, and its lines are remembered", async () => {
  const sink = new SlowSink();
  const tail = new Tail();
  await passOn(stream("one\ntw", "o\nthree"), sink, { tail });
  assertEquals(sink.text, "one\ntwo\nthree");
  assertEquals(tail.lines, ["one", "two", "three"]);
});

Deno.test("a reader that is full is asked again", async () => {
  const sink = new SlowSink();
  sink.faults.push(new Deno.errors.WouldBlock("full"));
  await passOn(stream("text"), sink, { tail: new Tail() });
  assertEquals(sink.text, "text");
});

Deno.test("output is read to its end when nobody takes it any more", async () => {
  const sink = new SlowSink();
  sink.faults.push(new Deno.errors.BrokenPipe("gone"));
  const tail = new Tail();
  await passOn(stream("one\n", "two\n"), sink, { tail });
  assertEquals(sink.text, "");
  assertEquals(tail.lines, ["one", "two"]);
});

Deno.test("of very much output, the end is remembered", () => {
  const tail = new Tail();
  for (let i = 0; i < 100_000; i++) {
    tail.add(new TextEncoder().encode(`line ${i}\n`));
  }
  const { lines } = tail;
  assertEquals(lines.at(-1), "line 99999");
  assertEquals(lines.length > 100 && lines.length < 5_000, true);
});

Deno.test("a tail that is closed remembers nothing, and takes nothing more", () => {
  const tail = new Tail();
  tail.add(new Uint8Array([65]));
  tail.close();
  tail.add(new Uint8Array([66]));
  assertEquals(tail.lines, []);
});
