/**
 * The check of the gate: can a gateway run with the files as they are now, and
 * what are they?
 *
 * @module
 */

import type { CheckResult } from "./gate.ts";
import { NamedInputs } from "./named_inputs.ts";
import { findTlsFault, tlsWarnings } from "./krakend/certificates.ts";
import { checkConfig, type CheckSpec } from "./krakend/check.ts";
import { compiledFileIn, readConfig } from "./krakend/config.ts";
import { findWarnings } from "./krakend/explain.ts";
import { canLint, lintConfig } from "./krakend/lint.ts";
import { findMissingPartials } from "./krakend/partials.ts";
import { type Copy, copyConfig, removeCopy } from "./krakend/kept.ts";
import { readNamedInputs } from "./krakend/flexible.ts";
import type { NamedInput } from "./krakend/inputs.ts";
import type { Options } from "./options.ts";
import type { Service } from "./prepare.ts";
import { checkPresence } from "./presence.ts";
import type { Watcher } from "./watch/watcher.ts";

/** A configuration that a gateway can run with. */
export interface Approval {
  /** The configuration, parsed; undefined if only KrakenD can make sense of it. */
  readonly config: unknown;
  /** What it names. */
  readonly named: readonly NamedInput[];
  /** The configuration as it was checked; undefined if it cannot be copied. */
  readonly copy: Copy | undefined;
  /** What is strange about it and does not stop a gateway. */
  readonly warnings: readonly string[];
}

/** What a closer look finds. */
type Findings =
  | { readonly ok: true; readonly warnings?: readonly string[] }
  | (CheckResult<never> & { readonly ok: false });

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
  #canLint: Promise<boolean> | undefined;

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
    const { configPath, env } = this.#service;
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
    const named = config === undefined
      ? this.#accepted
      : await readNamedInputs(config, this.#service);
    const result: Findings = outcome.ok && options.check
      ? await this.#lookCloser(config, signal)
      : outcome;
    if (!result.ok) {
      // What is missing may come, and what was accepted still runs.
      await this.#inputs.follow([...this.#accepted, ...named]);
      return result;
    }
    await this.#inputs.follow(named);
    const name = `configuration-${++this.#copies}`;
    const folder = temporary;
    this.#copy = await copyConfig({ ...source, folder, name });
    const { warnings = [] } = result;
    const copy = this.#copy;
    return { ok: true, value: { config, named, copy, warnings } };
  }

  /** Finds what `krakend check` lets pass. */
  async #lookCloser(
    config: unknown,
    signal: AbortSignal,
  ): Promise<Findings> {
    const { configFile, cwd, env } = this.#service;
    const { lint } = this.#options.options;
    const fault = await findTlsFault(config, { cwd });
    if (fault) return { ok: false, message: fault };
    const checked = { configFile, cwd, env, compiledFile: this.#compiledFile };
    const warnings = [
      ...await findWarnings(checked),
      ...await tlsWarnings(config, { cwd, now: new Date() }),
      ...await findMissingPartials(checked),
    ];
    if (lint === "off") return { ok: true, warnings };
    this.#canLint ??= canLint(this.#spec);
    const findings = await this.#canLint
      ? await lintConfig(this.#spec, signal)
      : ["this krakend cannot lint: check --help knows no --lint-no-network"];
    if (lint === "error" && await this.#canLint && findings.length > 0) {
      return { ok: false, message: findings.join("\n") };
    }
    return { ok: true, warnings: [...warnings, ...findings] };
  }

  /** What was examined last is what the gateway is to run with: its copy stays. */
  accept({ named }: Approval): void {
    this.#copy = undefined;
    this.#accepted = named;
  }

  async #check(signal: AbortSignal) {
    // What an earlier check has left there is not what this one finds.
    await Deno.remove(this.#compiledFile).catch(() => {});
    return await checkConfig(this.#spec, signal);
  }

  get #spec(): CheckSpec {
    const { configFile, cwd, env, process: { program } } = this.#service;
    return {
      program,
      configFile,
      cwd,
      env,
      compiledFile: this.#compiledFile,
      timeoutMs: CHECK_TIMEOUT_MS,
    };
  }
}
