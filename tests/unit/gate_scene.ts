/**
 * Files and checks as a test scripts them, in fake time.
 *
 * @module
 */

import FakeTimers from "@sinonjs/fake-timers";
import { type CheckResult, gate, type Verdict } from "../../lib/gate.ts";
import { type GateRequest, PendingRequests } from "../../lib/requests.ts";
import type { Snapshot } from "../../lib/watch/snapshot.ts";

/** What holds unless a test says otherwise. Times in milliseconds. */
const DEFAULTS = {
  settleMs: 100,
  checkMs: 40,
  noticesTruncation: true,
  /** Whether the gateway serves as soon as something was approved. */
  servesAtOnce: true,
};

/** A verdict and its circumstances. */
export interface Saying {
  kind: Verdict<string>["kind"];
  /** What the verdict was about. */
  content: string | undefined;
  /** What the files held at that moment. */
  held: string;
  /** For how long they had held it, in milliseconds. */
  stillMs: number;
}

/** The gate between scripted files and a scripted check. */
export class GateScene {
  /** What the gate said and when, such as `40 approved A`. */
  readonly said: string[] = [];
  /** The same, with the circumstances. */
  readonly sayings: Saying[] = [];
  /** Every check that began and when, such as `0 A`, and `50 void A` when it was aborted. */
  readonly checks: string[] = [];
  /** Whether the gateway serves; set by the test, or by an approval. */
  isServing = false;
  /** What the gate threw. */
  fault: unknown;
  /** Whether the gate has ended. */
  hasEnded = false;

  readonly #clock: ReturnType<typeof FakeTimers.install>;
  readonly #options: typeof DEFAULTS;
  readonly #requests = new PendingRequests();
  readonly #stream = new TransformStream<Snapshot, Snapshot>();
  readonly #writer = this.#stream.writable.getWriter();
  #content = "";
  #changedAt = 0;

  constructor(
    clock: ReturnType<typeof FakeTimers.install>,
    options: Partial<typeof DEFAULTS>,
  ) {
    this.#clock = clock;
    this.#options = { ...DEFAULTS, ...options };
    this.#listen();
  }

  /** Time since the beginning, in milliseconds. */
  get now(): number {
    return Math.round(performance.now());
  }

  /** What the files hold. */
  get content(): string {
    return this.#content;
  }

  /** Writes the files. Content that begins with "bad" fails its check. */
  write(content: string): void {
    this.writeUnseen(content);
    this.#writer.write(snapshotOf(content));
  }

  /** Writes the files without an event. */
  writeUnseen(content: string): void {
    if (content !== this.#content) this.#changedAt = this.now;
    this.#content = content;
  }

  /** Asks for something. */
  ask(request: GateRequest): void {
    this.#requests.add(request);
  }

  /** Lets time pass, in milliseconds. */
  async pass(ms: number): Promise<void> {
    await this.#clock.tickAsync(ms);
  }

  /** Ends the stream of snapshots, or breaks it. */
  async end(error?: Error): Promise<void> {
    if (error) await this.#writer.abort(error);
    else await this.#writer.close();
    await this.pass(0);
  }

  async #listen(): Promise<void> {
    const { settleMs, noticesTruncation, servesAtOnce } = this.#options;
    const verdicts = gate(this.#stream.readable, {
      check: (signal) => this.#check(signal),
      look: () => Promise.resolve(snapshotOf(this.#content)),
      isServing: () => this.isServing,
      settleMs,
      noticesTruncation: () => noticesTruncation,
      requests: this.#requests,
    });
    try {
      for await (const verdict of verdicts) {
        this.said.push(`${this.now} ${sayVerdict(verdict)}`);
        this.sayings.push({
          kind: verdict.kind,
          content: contentOf(verdict),
          held: this.#content,
          stillMs: this.now - this.#changedAt,
        });
        if (verdict.kind === "approved") this.isServing = servesAtOnce;
      }
    } catch (error) {
      this.fault = error;
    }
    this.hasEnded = true;
  }

  /** Like krakend, it reads the files when it begins, and ends at once when it is killed. */
  async #check(signal: AbortSignal): Promise<CheckResult<string>> {
    const content = this.#content;
    this.checks.push(`${this.now} ${content}`);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.checkMs);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        this.checks.push(`${this.now} void ${content}`);
        resolve();
      });
    });
    return content.startsWith("bad")
      ? { ok: false, message: content }
      : { ok: true, value: content };
  }
}

function snapshotOf(content: string): Snapshot {
  return { files: new Map(), digest: content };
}

function contentOf(verdict: Verdict<string>): string | undefined {
  switch (verdict.kind) {
    case "approved":
    case "checked":
      return verdict.value;
    case "rejected":
      return verdict.message;
    case "reverted":
      return undefined;
  }
}

function sayVerdict(verdict: Verdict<string>): string {
  const content = contentOf(verdict);
  const text = content === undefined ? "" : ` ${content}`;
  const time = "tookMs" in verdict ? ` after ${verdict.tookMs} ms` : "";
  const asked = verdict.kind === "approved" && verdict.isAsked ? " asked" : "";
  return verdict.kind + asked + text + time;
}

/** Runs a test in fake time that begins at 0, and ends the gate. */
export async function withGate(
  options: Partial<typeof DEFAULTS>,
  test: (scene: GateScene) => Promise<void>,
): Promise<void> {
  const clock = FakeTimers.install({
    toFake: ["setTimeout", "clearTimeout", "performance"],
  });
  const scene = new GateScene(clock, options);
  try {
    await test(scene);
    if (!scene.hasEnded) await scene.end();
  } finally {
    clock.uninstall();
  }
}
