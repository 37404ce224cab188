/**
 * What watching costs: processor while idle, memory per input, time from a save to its detection.
 *
 * @module
 */

import { delay } from "@std/async";
import { fromFileUrl, join } from "@std/path";
import { until } from "../lab/until.ts";
import { IMPORT_MAP } from "../paths.ts";
import { say } from "../say.ts";
import { median, percentile } from "./statistics.ts";

const WATCHER = fromFileUrl(new URL("./watch_process.ts", import.meta.url));
const IDLE_MS = 20_000;
/** Files are written this long before a measurement: the last change must be old. */
const COOL_MS = 4_000;
const SAVES = 300;
const CHANGES = 10_000;
const POLL_MS = 100;
/** The kernel counts processor time in these, per second. */
const TICKS = 100;

/** A watcher that runs, and how many lines it has printed. */
class Subject implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  seen = 0;
  onSeen = () => {};

  constructor(how: string, folder: string) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", `--import-map=${IMPORT_MAP}`, WATCHER, how, folder],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#reading = this.#read();
  }

  /** Processor time so far, in milliseconds. */
  async cpuMs(): Promise<number> {
    const stat = await Deno.readTextFile(`/proc/${this.#child.pid}/stat`);
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 1_000 / TICKS;
  }

  /** Memory of its own that is in use, in megabytes. */
  async memoryMb(): Promise<number> {
    const status = await Deno.readTextFile(`/proc/${this.#child.pid}/status`);
    return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]) / 1_024;
  }

  async #read(): Promise<void> {
    for await (const chunk of this.#child.stdout) {
      this.seen += chunk.filter((byte) => byte === 10).length;
      this.onSeen();
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

/** Idle cost; gives the memory in megabytes. */
async function idle(count: number): Promise<number> {
  let memoryMb = 0;
  await withFiles(count, async (folder) => {
    await using subject = new Subject("events", folder);
    await until("the first look is done", () => subject.seen > 0);
    await delay(COOL_MS);
    const before = await subject.cpuMs();
    await delay(IDLE_MS);
    const share = (await subject.cpuMs() - before) / IDLE_MS * 100;
    memoryMb = await subject.memoryMb();
    say(
      `  ${count} inputs, idle: ${share.toFixed(2)} % of a core, ${
        memoryMb.toFixed(1)
      } MB`,
    );
  });
  return memoryMb;
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
    const before = await subject.memoryMb();
    await change(CHANGES);
    const after = await subject.memoryMb();
    say(
      `  ${CHANGES} changes, ${subject.seen} of them seen one by one: ` +
        `${before.toFixed(1)} MB before, ${after.toFixed(1)} MB after`,
    );
  });
}

if (import.meta.main) {
  say("Watching, idle:");
  const few = await idle(50);
  const many = await idle(10_000);
  say(`  ${(many - few).toFixed(1)} MB for 10,000 inputs`);
  say("From a save to its detection:");
  await detection("events", 50);
  await detection("events", 10_000);
  await detection(String(POLL_MS), 50);
  say("Memory over time:");
  await growth();
}
