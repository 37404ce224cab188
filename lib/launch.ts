/**
 * Starts gateways with the configurations that were approved, and knows what each runs with.
 *
 * @module
 */

import type { Configuration, Configurations } from "./configurations.ts";
import { type Endpoint, endpointOf } from "./krakend/endpoint.ts";
import { launchFrom } from "./krakend/kept.ts";
import { hasOwnListeners } from "./krakend/listeners.ts";
import type { Options } from "./options.ts";
import type { Service } from "./prepare.ts";
import { untilReady } from "./readiness.ts";
import type { Reporter } from "./report.ts";
import type { Groups } from "./supervise/groups.ts";
import { type Process, startProcess } from "./supervise/process.ts";
import type { GatewaySource, ReadinessOptions } from "./supervise/source.ts";
import type { Overlap, Version } from "./supervise/state.ts";

/** A gateway, and what it was started with. */
export interface Gateway extends Process {
  readonly version: Version;
  readonly configuration: Configuration | undefined;
  readonly endpoint: Endpoint;
  /** What the files were when it was started: a snapshot's digest. */
  readonly digest: string | undefined;
  /** Since when it serves with the files as they were then, by `performance.now()`; undefined if that is not sure. */
  servesSince: number | undefined;
}

/** Options for {@linkcode Launcher}. */
export interface LauncherOptions {
  readonly configurations: Configurations;
  /** Where the processes are remembered. */
  readonly groups: Groups;
  readonly options: Options;
  readonly report: Reporter;
  /** What the files are now: a snapshot's digest. */
  readonly digest: () => string | undefined;
}

/** How Go says that a port is taken; on Windows, how the system does. */
const PORT_TAKEN =
  /address already in use|only one usage of each socket address/i;

/** Starts gateways. */
export class Launcher implements GatewaySource<Gateway> {
  readonly #service: Service;
  readonly #options: LauncherOptions;
  /** Whether the files are such that no gateway should read them. */
  isRefused = false;

  constructor(service: Service, options: LauncherOptions) {
    this.#service = service;
    this.#options = options;
  }

  /**
   * Starts a gateway.
   *
   * @throws If the program cannot be started.
   */
  start(version: Version): Gateway {
    const { process, port, env } = this.#service;
    const configuration = this.#options.configurations.of(version);
    const copy = version === "kept" || this.isRefused
      ? configuration?.copy
      : undefined;
    const started = this.#options.groups.track(
      startProcess(copy ? launchFrom(copy, process) : process),
    );
    return Object.assign(started, {
      version,
      configuration,
      endpoint: endpointOf(configuration?.config, { port, env }),
      digest: version === "kept"
        ? configuration?.digest
        : this.#options.digest(),
      servesSince: undefined,
    });
  }

  /** Waits until a gateway serves; what it runs with is worth keeping then, if it is known. */
  async untilReady(
    gateway: Gateway,
    options: ReadinessOptions,
  ): Promise<void> {
    const { report, configurations } = this.#options;
    const { hostname, port } = gateway.endpoint;
    await untilReady(gateway.endpoint, {
      ...options,
      patienceMs: this.#options.options.readyTimeoutMs,
      onSilence: () => {
        report.warn(
          `the gateway runs but does not answer on ${hostname}:${port}`,
          { event: "silent", hostname, port },
        );
        options.onSilence();
      },
    });
    if (options.signal.aborted || this.isOutdated(gateway)) return;
    gateway.servesSince = performance.now();
    if (gateway.configuration) configurations.keep(gateway.configuration);
  }

  /** Whether the files have changed since the start of a gateway, so that it may have read anything. */
  isOutdated({ version, digest }: Gateway): boolean {
    return version === "newest" && digest !== this.#options.digest();
  }

  /** How the newest configuration may take over from a gateway. */
  overlap({ configuration, endpoint }: Gateway): Overlap {
    const { port, env } = this.#service;
    const from = configuration?.config;
    const to = this.#options.configurations.newest?.config;
    // What only KrakenD can read may listen anywhere.
    if (from === undefined || to === undefined) return "none";
    if (hasOwnListeners(from) || hasOwnListeners(to)) return "none";
    return endpointOf(to, { port, env }).port === endpoint.port
      ? "lead"
      : "beside";
  }

  /** Whether a gateway left because its port was taken. KrakenD's exit code is 0 then. */
  isPortTaken({ lastLines }: Gateway, code: number): boolean {
    // Where the output goes to a terminal, nobody knows what it said.
    return lastLines.length > 0
      ? lastLines.some((line) => PORT_TAKEN.test(line))
      : code === 0;
  }

  /** Whether a gateway serves with the files as they were approved, so that there is nothing to do. */
  runsWith(
    gateway: Gateway | undefined,
    { digest, tookMs }: { readonly digest: string; readonly tookMs: number },
  ): boolean {
    if (gateway?.digest !== digest) return false;
    // From a copy, it cannot have read anything else while it booted.
    if (gateway.version === "kept") return true;
    const changedAt = performance.now() - tookMs;
    return gateway.servesSince !== undefined && gateway.servesSince < changedAt;
  }
}
