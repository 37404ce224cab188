/**
 * Finds out what there is to do, and refuses what cannot be done.
 *
 * @module
 */

import { resolve } from "@std/path";
import { type Inputs, inputsOf } from "./inputs.ts";
import { parseKrakendCommand } from "./krakend/command.ts";
import { gatewayEnvironment } from "./krakend/environment.ts";
import { findKrakend } from "./krakend/program.ts";
import type { Options } from "./options.ts";
import { requirePresence } from "./presence.ts";
import type { OnceSpec } from "./supervise/once.ts";
import type { ProcessSpec } from "./supervise/process.ts";
import { chooseMode, type Mode } from "./watch/mode.ts";
import { type Mount, readMounts } from "./watch/mounts.ts";
import { list, type Listing } from "./watch/scope.ts";
import { takeSnapshot } from "./watch/snapshot.ts";

/** What to run. */
export interface Prepared {
  readonly program: OnceSpec;
  /** Set if the program is a gateway that is to be kept running. */
  readonly service: Service | undefined;
}

/** A gateway, what it is made of, and how to watch that. */
export interface Service {
  /** The configuration file as the user wrote it. */
  readonly configFile: string;
  /** The same, absolute. */
  readonly configPath: string;
  /** The port that overrides the configuration's. */
  readonly port: number | undefined;
  /**
   * The working folder, by its path and not as an inode: if the folder is
   * replaced, the new one counts.
   */
  readonly cwd: string;
  /** The gateway's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly process: ProcessSpec;
  readonly inputs: Inputs;
  readonly listing: Listing;
  readonly mode: Mode;
  readonly mounts: readonly Mount[];
  /** What the user should know about the way the inputs are watched. */
  readonly warnings: readonly string[];
}

/**
 * Prepares what the options ask for.
 *
 * @throws {UsageError} If the command makes no sense, or its configuration file is not there.
 * @throws {CommandError} If krakend is not there or cannot be run.
 */
export async function prepare(
  options: Options,
  outerEnv: Readonly<Record<string, string>>,
): Promise<Prepared> {
  const { args, service } = parseKrakendCommand(options.command, outerEnv);
  const cwd = Deno.cwd();
  const configFile = service?.configFile ?? "";
  const configPath = resolve(cwd, configFile);
  if (service) {
    const { files } = await takeSnapshot([configPath]);
    requirePresence(configFile, files.get(configPath));
  }
  const program = await findKrakend({ option: options.krakend, env: outerEnv });
  const env = gatewayEnvironment(outerEnv);
  const once = { program, args, env };
  if (!service) return { program: once, service: undefined };

  const inputs = inputsOf({ ...options, cwd, configFile: configPath });
  const listing = await list(inputs.scope);
  const mounts = await readMounts();
  const { pollMs, shutdownTimeoutMs } = options;
  return {
    program: once,
    service: {
      configFile,
      configPath,
      port: service.port,
      cwd,
      env,
      process: { ...once, cwd, graceMs: shutdownTimeoutMs },
      inputs,
      listing,
      mounts,
      ...chooseMode(listing, { pollMs, mounts }),
    },
  };
}
