/**
 * A folder with a configuration, a backend, a real gateway and krakend-watch on top.
 *
 * @module
 */

import { join } from "@std/path";
import { findGateway } from "../../scripts/gateway/build.ts";
import { type Backend, startBackend } from "../../scripts/lab/backend.ts";
import {
  type ConfigOptions,
  configText,
  freePort,
} from "../../scripts/lab/config.ts";
import { statusOf } from "../../scripts/lab/status.ts";
import { holds, until } from "../../scripts/lab/until.ts";
import {
  type KrakendWatch,
  startKrakendWatch,
  type StartOptions,
} from "../../scripts/lab/watch_process.ts";

/** Longer than a sweep, a check and the settle time together, in milliseconds. */
const LONG_ENOUGH_MS = 1_800;

/**
 * Arguments for tests that say that nothing is refused: on a busy machine, a
 * write may well pause for longer than the default settle time.
 */
export const PATIENT = ["--settle", "3s", "run", "-c", "krakend.json"];

/** A place to let krakend-watch play. */
export class Playground implements AsyncDisposable {
  readonly port = freePort();
  readonly #watches: KrakendWatch[] = [];

  private constructor(
    readonly folder: string,
    readonly backend: Backend,
    readonly gateway: string,
  ) {}

  /** Opens a playground with a configuration that serves /one. */
  static async open(): Promise<Playground> {
    const gateway = await findGateway();
    const folder = await Deno.makeTempDir({ prefix: "krakend-watch-test-" });
    const playground = new Playground(folder, startBackend(), gateway);
    await Deno.writeTextFile(playground.file, playground.config("/one"));
    return playground;
  }

  /** The configuration file. */
  get file(): string {
    return this.path("krakend.json");
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** A configuration with these endpoints. */
  config(...endpoints: readonly string[]): string {
    return this.configWith({}, ...endpoints);
  }

  /** The same, with more top-level settings. */
  configWith(
    settings: NonNullable<ConfigOptions["settings"]>,
    ...endpoints: readonly string[]
  ): string {
    const { port, backend } = this;
    return configText({ port, backend: backend.url, endpoints, settings });
  }

  /** Saves the configuration in place. */
  async save(...endpoints: readonly string[]): Promise<void> {
    await Deno.writeTextFile(this.file, this.config(...endpoints));
  }

  /** Starts krakend-watch in the folder. */
  start(options: Partial<StartOptions> = {}): KrakendWatch {
    const watch = startKrakendWatch({
      args: ["run", "-c", "krakend.json"],
      cwd: this.folder,
      ...options,
      env: { KRAKEND_BIN: this.gateway, ...options.env },
    });
    this.#watches.push(watch);
    return watch;
  }

  /** Starts krakend-watch, and waits until the gateway serves /one. */
  async startAndServe(options: Partial<StartOptions> = {}) {
    const watch = this.start(options);
    await this.serves("/one");
    // The report comes after the fact; the tests count reports.
    await this.restarts(0);
    return watch;
  }

  /** What the last krakend-watch and its gateway have printed. */
  get lines(): readonly string[] {
    return this.#watches.at(-1)?.lines ?? [];
  }

  /** How many lines hold a text. */
  count(text: string): number {
    return this.lines.filter((line) => line.includes(text)).length;
  }

  /** How many gateways have become ready. */
  get starts(): number {
    return this.count("krakend-watch: ready in ");
  }

  /** Waits until a gateway has become ready so many times after the first one. */
  restarts(times: number): Promise<void> {
    return this.until(
      `the gateway has restarted ${times} times`,
      () => this.starts > times,
    );
  }

  /** Waits until a path is served. */
  serves(path: string): Promise<void> {
    return this.until(
      `the gateway serves ${path}`,
      async () => await this.statusOf(path) === 200,
    );
  }

  /** Waits until a text was printed so many times. */
  reports(text: string, times = 1): Promise<void> {
    return this.until(
      `"${text}" is printed ${times} times`,
      () => this.count(text) >= times,
    );
  }

  /** Waits, and shows what was printed if it was in vain. */
  until(sentence: string, condition: () => boolean | Promise<boolean>) {
    return until(sentence, condition, {
      evidence: () => this.lines.join("\n"),
    });
  }

  /** Waits until the last thing that krakend-watch has to say is that a gateway is ready: one that serves may be told later. */
  settles(): Promise<void> {
    const last = () =>
      this.lines.findLast((line) => line.startsWith("krakend-watch: "));
    return this.until(
      "the last report is that a gateway is ready",
      () => last()?.startsWith("krakend-watch: ready in ") === true,
    );
  }

  /** Makes sure that nothing is restarted or refused, for longer than that would take. */
  async staysQuiet(): Promise<void> {
    // What a gateway has to say of the last question may come late.
    const reports = () => this.count("krakend-watch: ");
    const before = reports();
    await holds(
      "nothing happens",
      () => reports() === before,
      LONG_ENOUGH_MS,
      { evidence: () => this.lines.join("\n") },
    );
  }

  /** The status of an answer of the gateway; undefined if there is none. */
  statusOf(path: string): Promise<number | undefined> {
    return statusOf(this.port, path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const watch of this.#watches) await watch[Symbol.asyncDispose]();
    await this.backend[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}
