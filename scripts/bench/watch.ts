/**
 * What watching costs: processor while idle, memory per input, time from a save to its detection.
 *
 * @module
 */

import { delay } from "@std/async";
import { fromFileUrl, join } from "@std/path";
import { until } from "../lab/until.ts";
import { IMPORT_MAP } from "../paths.ts";
import { V8_FLAGS } from "../static/runtime_flags.ts";
import { say } from "../say.ts";
import { cpuMsOf, memoryMbOf } from "./processor.ts";
import { median, percentile } from "./statistics.ts";

const WATCHER = fromFileUrl(new URL("./watch_process.ts", import.meta.url));
const IDLE_MS = 20_000;
/** Files are written this long before a measurement: the last change must be old. */
const COOL_MS = 4_000;
const SAVES = 300;
const CHANGES = 10_000;
const POLL_MS = 100;

interface Memory {
  readonly residentMb: number;
  readonly usedMb: number;
}

function show({ residentMb, usedMb }: Memory): string {
  return `${usedMb.toFixed(1)} MB used, ${residentMb.toFixed(1)} MB resident`;
}

/** A watcher that runs, and how many lines it has printed. */
class Subject implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  #heap: (bytes: number) => void = () => {};
  seen = 0;
  onSeen = () => {};

  constructor(how: string, folder: string) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        `--v8-flags=${["--expose-gc", ...V8_FLAGS].join(",")}`,
        `--import-map=${IMPORT_MAP}`,
        WATCHER,
        how,
        folder,
      ],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#reading = this.#read();
  }

  /** Processor time so far, in milliseconds. */
  cpuMs(): Promise<number> {
    return cpuMsOf(this.#child.pid);
  }

  /** Memory that the process holds, and the part of it that is used after a collection, in megabytes. */
  async memory(): Promise<Memory> {
    const residentMb = await memoryMbOf(this.#child.pid);
    const heap = new Promise<number>((resolve) => this.#heap = resolve);
    this.#child.kill("SIGUSR2");
    return { residentMb, usedMb: await heap / 1_024 / 1_024 };
  }

  async #read(): Promise<void> {
    const texts = this.#child.stdout.pipeThrough(new TextDecoderStream());
    for await (const text of texts) {
      const heap = /heap (\d+)/.exec(text)?.[1];
      if (heap) this.#heap(Number(heap));
      const changes = text.match(/changed/g)?.length ?? 0;
      this.seen += changes;
      if (changes > 0) this.onSeen();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#reading;
  }
}

async function withFiles(
  count: number,
  measure: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "krakend-watch-bench-" });
  try {
    for (let i = 0; i < count; i++) {
      await Deno.writeTextFile(join(folder, `${i}.json`), `{"file": ${i}}`);
    }
    await delay(COOL_MS);
    await measure(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Idle cost; gives the memory. */
async function idle(count: number): Promise<Memory> {
  let memory: Memory = { residentMb: NaN, usedMb: NaN };
  await withFiles(count, async (folder) => {
    await using subject = new Subject("events", folder);
    await until("the first look is done", () => subject.seen > 0);
    await delay(COOL_MS);
    const before = await subject.cpuMs();
    await delay(IDLE_MS);
    const share = (await subject.cpuMs() - before) / IDLE_MS * 100;
    memory = await subject.memory();
    say(`  ${count} inputs: ${share.toFixed(2)} % of a core, ${show(memory)}`);
  });
  return memory;
}

/** Time from the end of a save to the line about it. */
async function detection(how: string, count: number): Promise<void> {
  await withFiles(count, async (folder) => {
    await using subject = new Subject(how, folder);
    await until("the first look is done", () => subject.seen > 0);
    const times: number[] = [];
    for (let i = 0; i < SAVES; i++) {
      await delay(7 + (i * 13) % 60);
      const arrival = Promise.withResolvers<void>();
      subject.onSeen = () => arrival.resolve();
      const path = join(folder, "0.json.new");
      await Deno.writeTextFile(path, `{"save": ${i}}`);
      const savedAt = performance.now();
      await Deno.rename(path, join(folder, "0.json"));
      await arrival.promise;
      times.push(performance.now() - savedAt);
    }
    say(
      `  ${count} inputs, ${how === "events" ? how : `every ${how} ms`}: ` +
        `median ${median(times).toFixed(1)} ms, p99 ${
          percentile(times, 0.99).toFixed(1)
        } ms`,
    );
  });
}

/** Memory before and after many changes. */
async function growth(): Promise<void> {
  await withFiles(50, async (folder) => {
    await using subject = new Subject("events", folder);
    const change = async (count: number) => {
      for (let i = 0; i < count; i++) {
        await Deno.writeTextFile(join(folder, "0.json"), `{"change": ${i}}`);
      }
    };
    await change(CHANGES / 10);
    const before = await subject.memory();
    await change(CHANGES);
    const after = await subject.memory();
    say(`  before: ${show(before)}`);
    say(
      `  after ${CHANGES} changes, ${subject.seen} of them seen apart: ${
        show(after)
      }`,
    );
  });
}

if (import.meta.main) {
  say("Watching, idle:");
  const few = await idle(50);
  const many = await idle(10_000);
  say(
    `  for 10,000 more: ${(many.usedMb - few.usedMb).toFixed(1)} MB used, ` +
      `${(many.residentMb - few.residentMb).toFixed(1)} MB resident`,
  );
  say("From a save to its detection:");
  await detection("events", 50);
  await detection("events", 10_000);
  await detection(String(POLL_MS), 50);
  say("Memory over time:");
  await growth();
}
