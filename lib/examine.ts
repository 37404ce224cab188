/**
 * The check of the gate: can a gateway run with the files as they are now, and
 * what are they?
 *
 * @module
 */

import type { CheckResult } from "./gate.ts";
import { NamedInputs } from "./named_inputs.ts";
import { findTlsFault } from "./krakend/certificates.ts";
import { checkConfig } from "./krakend/check.ts";
import { compiledFileIn, readConfig } from "./krakend/config.ts";
import { type Copy, copyConfig, removeCopy } from "./krakend/kept.ts";
import { inputsOfConfig, type NamedInput } from "./krakend/inputs.ts";
import type { Options } from "./options.ts";
import type { Service } from "./prepare.ts";
import { checkPresence } from "./presence.ts";
import type { Watcher } from "./watch/watcher.ts";

/** A configuration that a gateway can run with. */
export interface Approval {
  /** The configuration, parsed; undefined if only KrakenD can make sense of it. */
  readonly config: unknown;
  /** The configuration as it was checked; undefined if it cannot be copied. */
  readonly copy: Copy | undefined;
}

/** Options for {@linkcode Examiner}. */
export interface ExaminerOptions {
  readonly options: Options;
  readonly watcher: Watcher;
  /** A private folder. */
  readonly temporary: string;
}

/** The longest that a check may take, in milliseconds. */
const CHECK_TIMEOUT_MS = 30_000;

/** Examines the files of a service, and finds out on the way which they are. */
export class Examiner {
  readonly #service: Service;
  readonly #options: ExaminerOptions;
  readonly #compiledFile: string;
  /** The inputs of the configuration that was accepted last. */
  #accepted: readonly NamedInput[];
  readonly #inputs: NamedInputs;
  /** A copy that nobody has accepted yet. */
  #copy: Copy | undefined;
  #copies = 0;

  constructor(service: Service, options: ExaminerOptions) {
    this.#service = service;
    this.#options = options;
    this.#accepted = service.named;
    this.#inputs = new NamedInputs(service, options.watcher);
    this.#compiledFile = compiledFileIn(options.temporary, service.env);
  }

  /**
   * Examines the files as they are now. If the configuration names other
   * files than before, these are watched from now on; as that is a change,
   * the result is void then, and the files are examined again.
   */
  async examine(signal: AbortSignal): Promise<CheckResult<Approval>> {
    await removeCopy(this.#copy);
    this.#copy = undefined;
    const { configPath, env, cwd } = this.#service;
    const { options, watcher, temporary } = this.#options;
    const presence = checkPresence(watcher.snapshot?.files.get(configPath));
    if (!presence.ok) return presence;
    const outcome = options.check ? await this.#check(signal) : presence;
    if (signal.aborted) return { ok: false, message: "" };

    const source = {
      configFile: configPath,
      compiledFile: this.#compiledFile,
      env,
    };
    const config = await readConfig(source);
    const named = config === undefined ? [] : inputsOfConfig(config);
    if (!outcome.ok) {
      await this.#inputs.follow([...this.#accepted, ...named]);
      return outcome;
    }
    await this.#inputs.follow(config === undefined ? this.#accepted : named);
    const fault = options.check
      ? await findTlsFault(config, { cwd })
      : undefined;
    if (fault) {
      await this.#inputs.follow([...this.#accepted, ...named]);
      return { ok: false, message: fault };
    }
    const name = `configuration-${++this.#copies}`;
    const folder = temporary;
    this.#copy = await copyConfig({ ...source, folder, name });
    return { ok: true, value: { config, copy: this.#copy } };
  }

  /** What was examined last is what the gateway is to run with: its copy stays. */
  accept({ config }: Approval): void {
    this.#copy = undefined;
    if (config !== undefined) this.#accepted = inputsOfConfig(config);
  }

  async #check(signal: AbortSignal) {
    const { configFile, cwd, env, process } = this.#service;
    const compiledFile = this.#compiledFile;
    // What an earlier check has left there is not what this one finds.
    await Deno.remove(compiledFile).catch(() => {});
    return await checkConfig({
      program: process.program,
      configFile,
      cwd,
      env,
      compiledFile,
      timeoutMs: CHECK_TIMEOUT_MS,
    }, signal);
  }
}
