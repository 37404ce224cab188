/**
 * A supervisor in a world of fakes.
 *
 * @module
 */

import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals } from "@std/assert";
import type { Exit } from "../../../lib/system/exit.ts";
import type { Process } from "../../../lib/supervise/process.ts";
import type { Fact } from "../../../lib/supervise/happening.ts";
import type { Overlap } from "../../../lib/supervise/state.ts";
import {
  Supervisor,
  type SupervisorOptions,
} from "../../../lib/supervise/supervisor.ts";

/** A gateway that does what the test says. */
export class FakeGateway implements Process {
  readonly #exited = Promise.withResolvers<Exit>();
  readonly exited = this.#exited.promise;

  lastLines: readonly string[] = [];

  constructor(readonly pid: number, readonly log: (line: string) => void) {}

  terminate(): void {
    this.log(`TERM ${this.pid}`);
  }

  forgetLines(): void {
    this.lastLines = [];
  }

  kill(): void {
    this.log(`KILL ${this.pid}`);
  }

  leave(exit: Exit = { code: 0, signal: null }): void {
    this.log(`exit ${this.pid}`);
    this.#exited.resolve(exit);
  }
}

/** A supervisor in a world of fakes, in which no time passes by itself. */
export interface Scene {
  supervisor: Supervisor;
  /** All gateways that were started, the newest last. */
  gateways: FakeGateway[];
  /** Starts, signals and exits, in their order. */
  log: string[];
  facts: Fact[];
  /** What the next starts throw. */
  faults: unknown[];
  /** Whether the files have changed since the last start. */
  files: { isOutdated: boolean };
  /** Whether a configuration was kept. */
  kept: { isThere: boolean };
  /** How the next gateways take over. */
  way: { overlap: Overlap };
  /** Makes the newest gateway take longer than it should. */
  keepSilent: () => void;
  /** Makes the newest gateway serve. */
  serve: () => Promise<void>;
  /** Lets time pass, in milliseconds. */
  pass: (ms: number) => Promise<void>;
  /** Whether `stopped` has resolved. */
  isStopped: () => boolean;
}

/** Runs a test with a supervisor; at its end, no timer may be left. */
export async function withSupervisor(
  test: (scene: Scene) => Promise<void>,
  options: Partial<SupervisorOptions<FakeGateway>> = {},
) {
  const clock = FakeTimers.install({
    toFake: ["setTimeout", "clearTimeout", "performance"],
  });
  const gateways: FakeGateway[] = [];
  const log: string[] = [];
  const facts: Fact[] = [];
  const faults: unknown[] = [];
  let serveNewest = () => {};
  let keepSilent = () => {};
  let isStopped = false;
  const files = { isOutdated: false };
  const kept = { isThere: false };
  const way: { overlap: Overlap } = { overlap: "none" };
  const supervisor = new Supervisor({
    shutdownTimeoutMs: 5_000,
    random: () => 0,
    source: {
      start(version) {
        const pid = gateways.length + 1;
        log.push(`start ${pid}${version === "kept" ? " from kept" : ""}`);
        if (faults.length > 0) throw faults.shift();
        const gateway = new FakeGateway(pid, (line) => log.push(line));
        gateways.push(gateway);
        return gateway;
      },
      isOutdated: () => files.isOutdated,
      isPortTaken: ({ lastLines }) => lastLines.includes("port taken"),
      overlap: () => way.overlap,
      untilReady: (_, { signal, onSilence, onListening }) =>
        new Promise((resolve) => {
          serveNewest = () => {
            onListening();
            resolve();
          };
          keepSilent = onSilence;
          signal.addEventListener("abort", () => resolve());
        }),
    },
    hasKept: () => kept.isThere,
    onFact: (fact) => facts.push(fact),
    ...options,
  });
  supervisor.stopped.then(() => isStopped = true);
  const pass = async (ms: number) => {
    await clock.tickAsync(ms);
  };
  const serve = () => {
    serveNewest();
    return pass(0);
  };
  try {
    await test({
      supervisor,
      gateways,
      log,
      facts,
      faults,
      files,
      kept,
      way,
      keepSilent: () => keepSilent(),
      serve,
      pass,
      isStopped: () => isStopped,
    });
    // Whatever the test left running would otherwise hide here.
    assertEquals(clock.countTimers(), 0, "timers that are still set");
  } finally {
    clock.uninstall();
  }
}

/** Stops a supervisor whose gateway leaves when it is told to. */
export async function stop({ supervisor, gateways, pass }: Scene) {
  supervisor.quit();
  gateways.at(-1)?.leave();
  await pass(0);
}
