/**
 * Generations: one state of the configuration each, as a private copy that a
 * gateway can be started from at any time.
 *
 * @module
 */

import { basename, dirname, extname, join } from "@std/path/posix";
import { messageOf } from "../errors.ts";
import type { PrivateFolder } from "../private_folder.ts";
import type { ProcessSpec } from "../supervise/process.ts";
import type { Runnable } from "../supervise/supervisor.ts";
import type { Snapshot } from "../watch/snapshot.ts";
import { type Check, runCheck } from "./check.ts";
import { argsWithConfig } from "./command.ts";
import {
  type Endpoint,
  endpointOf,
  formatOf,
  hasAsyncAgents,
  ownsOtherListeners,
  parseConfig,
} from "./config.ts";
import { explain, type Explanation } from "./diagnose.ts";
import { flexibleInputs, inputsOf, type NamedInput } from "./inputs.ts";
import { findTlsFault } from "./tls.ts";

/** The gateway whose generations are built. */
export interface Gateway {
  /** The absolute path of krakend. */
  readonly program: string;
  /** The arguments of krakend, as they were given. */
  readonly args: readonly string[];
  /** The configuration file, as it was given: messages name it so. */
  readonly configFile: string;
  /** The same, absolute. */
  readonly configPath: string;
  /** Of the option `--port`. */
  readonly port: number | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly shutdownMs: number;
}

/** A configuration that an instance can run. */
export interface Generation extends Runnable {
  /** Of the snapshot that it was built from. */
  readonly digest: string;
  /** The file that the gateway reads: the private copy, or else the user's. */
  readonly file: string;
  readonly content: Uint8Array;
  /** The configuration, parsed; undefined if only KrakenD can read it. */
  readonly config: unknown;
  readonly endpoint: Endpoint;
  /** The environment of its gateways. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether its gateways may listen on more than the port of the service. */
  readonly mayListenElsewhere: boolean;
  /** What is strange about it. */
  readonly warnings: readonly string[];
  /** How to start it. Writes the copy again if something has removed it. */
  spec(): ProcessSpec;
  /** Removes the copy. */
  [Symbol.dispose](): void;
}

/** The outcome of a build. */
export type Built =
  | { readonly kind: "generation"; readonly generation: Generation }
  | (Explanation & { readonly kind: "fault" })
  /** A check could not be run: nothing is known. */
  | { readonly kind: "unchecked"; readonly reason: string }
  /** The configuration names other inputs than the snapshot holds: a snapshot of these is needed. */
  | { readonly kind: "inputs"; readonly named: readonly NamedInput[] };

/** Options for {@linkcode build}. */
export interface BuildOptions {
  readonly gateway: Gateway;
  /** Undefined if there is no place for copies. */
  readonly folder: PrivateFolder | undefined;
  /** The inputs that the configuration named before. */
  readonly named: readonly NamedInput[];
  /** Whether to run `krakend check`, since the boot of a gateway will not be the check. */
  readonly check: boolean;
  /** Called if a copy cannot be written. */
  readonly onNoCopy: (reason: string) => void;
  readonly signal: AbortSignal;
}

/** Makes a generation of a snapshot. */
export async function build(
  snapshot: Snapshot,
  options: BuildOptions,
): Promise<Built> {
  const { gateway } = options;
  const { configFile, configPath } = gateway;
  if (!snapshot.config) {
    const problem = snapshot.files.get(configPath)?.problem ?? "it is missing";
    return { kind: "fault", reason: problem };
  }
  const copies = new Copies(options);
  let isUsed = false;
  try {
    const made = isFlexible(gateway)
      ? await compile(snapshot.config, copies, options)
      : plain(snapshot.config, copies, options);
    if (made.kind !== "source") return made;
    const { file, content, env, warnings } = made;
    const parsed = await parseConfig(content, formatOf(file));
    const config = parsed.kind === "config" ? parsed.config : undefined;
    if (parsed.kind === "fault") {
      const fault = await confirm(made, options);
      if (fault) return fault;
    }
    if (parsed.kind === "unknown") warnings.push(parsed.reason);
    const named = [
      ...flexibleInputs(gateway.env, readText),
      ...inputsOf(config),
    ];
    if (JSON.stringify(named) !== JSON.stringify(options.named)) {
      return { kind: "inputs", named };
    }
    const tlsFault = await findTlsFault(config, gateway.cwd);
    if (tlsFault) return { kind: "fault", reason: tlsFault };
    const isConsumer = hasAsyncAgents(config);
    if ((options.check || isConsumer) && !isFlexible(gateway)) {
      const checked = await checkFile(made, options);
      if (checked.kind !== "accepted") return checked;
    }
    isUsed = true;
    const generation: Generation = {
      digest: snapshot.digest,
      file,
      content,
      config,
      endpoint: endpointOf(config, env, gateway.port),
      env,
      isConsumer,
      mayListenElsewhere: ownsOtherListeners(config),
      warnings,
      spec() {
        copies.restore();
        return {
          ...gateway,
          args: file === configPath
            ? gateway.args
            : argsWithConfig(gateway.args, file),
          env,
        };
      },
      [Symbol.dispose]: () => copies[Symbol.dispose](),
    };
    return { kind: "generation", generation };
  } finally {
    if (!isUsed) copies[Symbol.dispose]();
  }

  function readText(path: string): string | undefined {
    try {
      return Deno.readTextFileSync(join(gateway.cwd, path));
    } catch {
      return undefined;
    }
  }
}
