/**
 * Finds out what there is to do, and refuses what cannot be done.
 *
 * @module
 */

import { resolve } from "@std/path";
import { inputsOf, type InputSources } from "./inputs.ts";
import { krakendPathOf, parseKrakendCommand } from "./krakend/command.ts";
import { compileConfig } from "./krakend/check.ts";
import { readConfig } from "./krakend/config.ts";
import { gatewayEnvironment } from "./krakend/environment.ts";
import {
  compiledOutputOf,
  inputsOfFlexibleConfig,
  readNamedInputs,
} from "./krakend/flexible.ts";
import type { NamedInput } from "./krakend/inputs.ts";
import { refuseMisplaced } from "./krakend/misplaced.ts";
import { findKrakend } from "./krakend/program.ts";
import type { Options } from "./options.ts";
import { OPTIONS } from "./options/table.ts";
import { requirePresence } from "./presence.ts";
import type { Reporter } from "./report.ts";
import type { OnceSpec } from "./supervise/once.ts";
import type { ProcessSpec } from "./supervise/process.ts";
import { takeSnapshot } from "./watch/snapshot.ts";
import { planWatch, type WatchPlan } from "./watch_plan.ts";

/** What to run. */
export interface Prepared {
  readonly program: OnceSpec;
  /** Set if the program is a gateway that is to be kept running, or a check that is to be repeated. */
  readonly service: Service | undefined;
}

/** A gateway or a check of its configuration, what it is made of, and how to watch that. */
export interface Service extends WatchPlan {
  /** The configuration file as the user wrote it. */
  readonly configFile: string;
  /** The same, absolute. */
  readonly configPath: string;
  /** Whether the command looks at the configuration and ends. */
  readonly isCheck: boolean;
  /** The plugins that are checked instead of a configuration; none otherwise. */
  readonly plugins: readonly string[];
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
  /** Where inputs are named, besides the configuration itself. */
  readonly sources: Omit<InputSources, "named">;
  /** The inputs that the configuration names, as far as it can be read without krakend. */
  readonly named: readonly NamedInput[];
}

/** What there is to prepare with. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly report: Reporter;
}

/**
 * Prepares what the options ask for.
 *
 * @throws {UsageError} If the command makes no sense, or its configuration file is not there.
 * @throws {CommandError} If krakend is not there or cannot be run.
 */
export async function prepare(
  options: Options,
  { env: outerEnv, report }: Surroundings,
): Promise<Prepared> {
  const { args, service } = parseKrakendCommand(options.command, outerEnv);
  const cwd = Deno.cwd();
  const configFile = service?.configFile ?? "";
  const configPath = resolve(cwd, configFile);
  if (service && !options.once) {
    const { files } = await takeSnapshot([configPath]);
    requirePresence(configFile, files.get(configPath));
  }
  const program = await findKrakend({
    option: options.krakend,
    command: krakendPathOf(options.command),
    env: outerEnv,
  });
  const env = gatewayEnvironment(outerEnv);
  const once = { program, args, env };
  await refuseMisplaced(OPTIONS, { ...once, cwd, compiledFile: "" });
  if (!service || options.once) return { program: once, service: undefined };

  const output = compiledOutputOf(env);
  const sources = {
    ...options,
    cwd,
    configFile: configPath,
    folders: inputsOfFlexibleConfig(env),
    output: output && resolve(cwd, output),
  };
  const config = !env["FC_ENABLE"]
    ? await readConfig({ configFile: configPath, compiledFile: "", env })
    : options.list
    ? await compileConfig({ program, configFile, cwd, env })
    : undefined;
  const named = [
    ...await readNamedInputs(config, { configFile, cwd, env }),
    ...service.plugins.map((path) => ({ path, why: "a plugin to be tested" })),
  ];
  const inputs = inputsOf({ ...sources, named });
  const { pollMs, list } = options;
  const plan = await planWatch(inputs, { pollMs, isBrief: !list, report });
  return {
    program: once,
    service: {
      configFile,
      configPath,
      port: service.port,
      isCheck: service.isCheck,
      plugins: service.plugins,
      cwd,
      env,
      process: {
        ...once,
        cwd,
        graceMs: options.shutdownTimeoutMs,
        decoration: options.decoration,
      },
      sources,
      named,
      ...plan,
    },
  };
}
