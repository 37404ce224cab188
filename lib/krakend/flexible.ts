/**
 * The files of flexible configuration.
 *
 * @module
 */

import { resolve } from "@std/path";
import { inputsOfConfig, named, namedIn, type NamedInput } from "./inputs.ts";
import { asRecord } from "./namespaces.ts";
import { findPartialsElsewhere } from "./partials.ts";

/** What flexible configuration is told by. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folders of flexible configuration (krakend-flexibleconfig); none if it is off.
 *
 * @param env The gateway's environment.
 */
export function inputsOfFlexibleConfig(
  env: Environment,
): NamedInput[] {
  if (!env["FC_ENABLE"]) return [];
  const folder = (variable: string, pattern: string, deep: boolean) => {
    const path = env[variable];
    if (!path) return [];
    const folder = { deep, pattern, atEnd: pattern !== "" };
    return [{ path, why: variable, folder }];
  };
  return [
    ...folder("FC_SETTINGS", ".json", false),
    ...folder("FC_TEMPLATES", ".tmpl", false),
    ...folder("FC_PARTIALS", "", true),
    // The Enterprise edition has one file for all of it.
    ...named(env["FC_CONFIG"], "FC_CONFIG"),
  ];
}

/** The file into which a gateway and every check write what they made of the templates. */
export function compiledOutputOf(
  env: Environment,
): string | undefined {
  return env["FC_ENABLE"] && env["FC_OUT"] || undefined;
}

/** Where paths lead from, and what the gateway's environment is. */
export interface Surroundings {
  /** The configuration file, as the user wrote it. */
  readonly configFile: string;
  readonly cwd: string;
  readonly env: Environment;
}

/** All that a configuration names, with what its templates and the file of the Enterprise edition do. */
export async function readNamedInputs(
  config: unknown,
  surroundings: Surroundings,
): Promise<NamedInput[]> {
  const { cwd, env } = surroundings;
  const path = env["FC_ENABLE"] && env["FC_CONFIG"];
  const partials = await findPartialsElsewhere(surroundings);
  const own = [
    ...inputsOfConfig(config),
    ...partials.map((path) => ({ path, why: "included by a template" })),
  ];
  if (!path) return own;
  try {
    const text = await Deno.readTextFile(resolve(cwd, path));
    return [...own, ...inputsOfEnterpriseFile(JSON.parse(text))];
  } catch {
    // The file is an input itself: when it is mended, it is read again.
    return own;
  }
}

/**
 * The paths that the file of FC_CONFIG names (KrakenD Enterprise): folders, or
 * files, of settings, templates and partials.
 *
 * @param file The file, parsed; of any shape.
 */
export function inputsOfEnterpriseFile(file: unknown): NamedInput[] {
  return ["settings", "templates", "partials"].flatMap((key) => {
    const { paths } = asRecord(asRecord(file)[key]);
    return namedIn(paths, `FC_CONFIG ${key}`).map((input) => ({
      ...input,
      folder: { deep: true, pattern: "", atEnd: false },
    }));
  });
}
