/**
 * Generations: one state of the configuration each, as a private copy that a
 * gateway can be started from at any time.
 *
 * @module
 */

import { basename, dirname, extname, resolve } from "@std/path/posix";
import { causeOf, ifPossible, ifReadable, messageOf } from "../errors.ts";
import type { PrivateFolder } from "../private_folder.ts";
import { visible } from "../redact.ts";
import type { ProcessSpec } from "../supervise/process.ts";
import type { Endpoint } from "../supervise/readiness.ts";
import type { Runnable } from "../supervise/supervisor.ts";
import type { Snapshot } from "../watch/snapshot.ts";
import { type Check, NO_ROOM, runCheck } from "./check.ts";
import { argsWithConfig } from "./command.ts";
import {
  endpointOf,
  formatOf,
  hasAsyncAgents,
  ownsOtherListeners,
  parseConfig,
  withVariables,
} from "./config.ts";
import {
  explain,
  explainImpossible,
  explainTemplate,
  type Subject,
} from "./diagnose.ts";
import type { Explanation } from "./frame.ts";
import {
  type Files,
  flexibleInputs,
  inputsOf,
  type NamedInput,
} from "./inputs.ts";
import { findLintFaults } from "./lint.ts";
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

/** What a gateway is started with. */
export interface Source {
  /** The file that it reads: the private copy, or else the user's. */
  readonly file: string;
  readonly content: Uint8Array;
  readonly env: Readonly<Record<string, string>>;
  /** Whether flexible configuration made it. */
  readonly isCompiled: boolean;
  /** Why a template failed, if KrakenD reads the file as it stands. */
  readonly templateFault?: Explanation | undefined;
}

/** A configuration that an instance can run. */
export interface Generation extends Runnable, Source, Disposable {
  /** That it was built from. */
  readonly snapshot: Snapshot;
  /** The configuration, parsed; undefined if only KrakenD can read it. */
  readonly config: unknown;
  /** Why only KrakenD can read it. */
  readonly unknown?: string;
  readonly endpoint: Endpoint;
  /** Whether its gateways may listen on more than the port of the service. */
  readonly mayListenElsewhere: boolean;
  /** Returns what can be read now: the copy, written again if something has removed it, or else the live file. */
  current(): Pick<Source, "file" | "env">;
  /** Returns how to start it. */
  spec(): ProcessSpec;
}

/** The outcome of a build. */
export type Built =
  | { readonly kind: "generation"; readonly generation: Generation }
  | { readonly kind: "fault"; readonly explanation: Explanation }
  /** A check could not be run: nothing is known of the configuration. */
  | { readonly kind: "unchecked"; readonly reason: string }
  /** The configuration names other inputs than the snapshot holds: a snapshot of these is needed. */
  | { readonly kind: "inputs"; readonly named: readonly NamedInput[] };

/** Options for {@linkcode build}. */
export interface BuildOptions {
  readonly gateway: Gateway;
  /** Undefined if there is no place for copies. */
  readonly folder: PrivateFolder | undefined;
  /** What the configuration named before; undefined if that is of no interest. */
  readonly named: readonly NamedInput[] | undefined;
  /** Whether to run `krakend check`, since the boot of a gateway comes too late to be the check. */
  readonly check: boolean;
  /** Whether findings of the linter are faults. */
  readonly isLintFatal: boolean;
  /** Called with a sentence if a copy cannot be written. */
  readonly onNoCopy: (reason: string) => void;
  readonly signal: AbortSignal;
}

/** Makes a generation of a snapshot. */
export async function build(
  snapshot: Snapshot,
  options: BuildOptions,
): Promise<Built> {
  const { gateway, signal } = options;
  const { configFile, configPath } = gateway;
  if (!snapshot.config) {
    const { problem = "it is missing" } = snapshot.files.get(configPath) ?? {};
    return fault({ reason: visible(`${configFile}: ${problem}`) });
  }
  const flexible = flexibleInputs(
    configFile,
    gateway.env,
    filesIn(gateway.cwd),
  );
  const known = setOf(options.named ?? []);
  const unknown = flexible.filter((it) => !known.has(JSON.stringify(it)));
  // Before it is compiled, as a fault may be in one of them.
  if (options.named && unknown.length > 0) {
    return { kind: "inputs", named: [...options.named, ...unknown] };
  }
  // Removes the copies at the end, unless a generation takes them.
  using stack = new DisposableStack();
  const copies = stack.use(new Copies(options));
  const source = isFlexible(gateway)
    ? await compile(snapshot.config, copies, options)
    : plain(snapshot.config, copies, options);
  if ("kind" in source) return source;
  const { content, file, env } = source;
  const parsed = await parseConfig(content, formatOf(file));
  const config = parsed.kind === "config"
    ? withVariables(parsed.config, env)
    : undefined;
  const isSuspect = parsed.kind === "fault";
  if (isSuspect) {
    const refusal = await refusalOf(source, options);
    if (refusal?.kind === "fault") return refusal;
    if (refusal) return fault(await explain("", subjectOf(gateway, source)));
  }
  const named = [...flexible, ...inputsOf(config)];
  const isSame = setOf(named).symmetricDifference(known).size === 0;
  if (options.named && !isSame) return { kind: "inputs", named };
  const tlsFault = await findTlsFault(config, gateway.cwd);
  if (tlsFault) return fault({ reason: tlsFault });
  const isConsumer = hasAsyncAgents(config);
  // A gateway that consumes may have taken messages before it turns out to be broken.
  if ((options.check || isConsumer) && !source.isCompiled && !isSuspect) {
    const refusal = await refusalOf(source, options);
    if (refusal) return refusal;
  }
  if (options.isLintFatal) {
    const { faults } = await findLintFaults({ ...gateway, env }, file, signal);
    if (faults.length > 0) return fault({ reason: faults.join("\n") });
  }
  const kept = stack.move();
  const current = () =>
    copies.restore() ? source : { file: configPath, env: gateway.env };
  const generation: Generation = {
    ...source,
    snapshot,
    config,
    ...(parsed.kind === "unknown" ? { unknown: parsed.reason } : {}),
    endpoint: endpointOf(config, env, gateway.port),
    isConsumer,
    mayListenElsewhere: ownsOtherListeners(config),
    current,
    spec() {
      const { file, env } = current();
      const args = file === configPath
        ? gateway.args
        : argsWithConfig(gateway.args, file);
      return { ...gateway, args, env };
    },
    [Symbol.dispose]: () => kept.dispose(),
  };
  return { kind: "generation", generation };
}

function setOf(named: readonly NamedInput[]): ReadonlySet<string> {
  return new Set(named.map((it) => JSON.stringify(it)));
}

/** Whether flexible configuration is on (krakend-flexibleconfig). */
export function isFlexible({ env }: Pick<Gateway, "env">): boolean {
  return Boolean(env["FC_ENABLE"]);
}

/**
 * Returns the environment for a check that compiles templates: KrakenD writes
 * FC_OUT, which is the gateway's, and a file in TMPDIR, which stays if the
 * check is killed.
 */
export function compilingEnvironment(
  env: Gateway["env"],
  output: string,
): Gateway["env"] {
  return { ...env, FC_OUT: output, TMPDIR: dirname(output) };
}

/** Puts what was compiled where the user expects it. */
export function publish(
  { content, isCompiled }: Generation,
  { env, cwd }: Gateway,
  onFailure: (reason: string) => void,
): void {
  const path = env["FC_OUT"];
  if (!path || !isCompiled) return;
  try {
    Deno.writeFileSync(resolve(cwd, path), content);
  } catch (error) {
    onFailure(`cannot write FC_OUT: ${messageOf(error)}`);
  }
}

/** Returns what there is to explain about a source. */
export function subjectOf(gateway: Gateway, source: Source): Subject {
  const { configFile, env, cwd } = gateway;
  const { file, content, isCompiled } = source;
  return {
    file: configFile,
    content,
    format: formatOf(file),
    isCompiled,
    copies: [file],
    env,
    files: filesIn(cwd),
  };
}

/** Reads files, relative to the working folder. Throws if the system has nothing left for us, such as descriptors. */
export function filesIn(cwd: string): Files {
  return {
    read(path) {
      const absolute = resolve(cwd, path);
      // A pipe must not be opened: that can wait for ever.
      const isFile = ifPossible(() => Deno.statSync(absolute))?.isFile;
      return isFile ? readIfThere(absolute) : undefined;
    },
    list(folder) {
      const path = resolve(cwd, folder);
      const entries = ifReadable(() => [...Deno.readDirSync(path)]) ?? [];
      return entries.map(({ name }) => name).sort();
    },
  };
}

/** No source, and so no generation. */
type Failed = Built & { readonly kind: "fault" | "unchecked" };

function plain(
  content: Uint8Array,
  copies: Copies,
  { gateway: { configPath, env } }: BuildOptions,
): Source {
  const file = copies.write(basename(configPath), content) ?? configPath;
  return { file, content, env, isCompiled: false };
}

/** Templates make less than this, twice, in bytes. */
const ROOM_BYTES = 8 * 1024 * 1024;

/** Has KrakenD compile the templates. Its output is the copy that gateways run. */
async function compile(
  template: Uint8Array,
  copies: Copies,
  { gateway, signal }: BuildOptions,
): Promise<Source | Failed> {
  const { configPath, env, cwd } = gateway;
  const name = basename(configPath);
  // Templates know each other by their names, so that of the copy is the same.
  const file = copies.write(`template/${name}`, template);
  // KrakenD finds the format of what it compiles by the extension of FC_OUT.
  const extension = extname(env["FC_OUT"] ?? "") || ".json";
  const output = copies.path(`${basename(name, extname(name))}${extension}`);
  const live = { file: configPath, content: template, env, isCompiled: false };
  if (!file || !output) return live;
  const check = await checkFile(
    gateway,
    { file, env: compilingEnvironment(env, output) },
    signal,
  );
  if (check.kind === "impossible") {
    const reason = explainImpossible(check.reason, env, filesIn(cwd));
    return { kind: "unchecked", reason };
  }
  const compiled = readIfThere(output);
  // A template that fails is read by KrakenD as it stands.
  const content = compiled ?? template;
  const subject: Subject = {
    ...subjectOf(gateway, {
      file: compiled ? output : file,
      content,
      env,
      isCompiled: compiled !== undefined,
    }),
    copies: [file, output],
  };
  if (check.kind === "refused") {
    // KrakenD does not notice that it could not write all of it.
    const parsed = await parseConfig(content, formatOf(output));
    if (parsed.kind !== "config" && !copies.hasRoom(ROOM_BYTES)) {
      return {
        kind: "unchecked",
        reason: `no file can be written: ${NO_ROOM}`,
      };
    }
    return fault(await explain(check.output, subject));
  }
  const path = copies.write(basename(compiled ? output : name), content);
  return path === undefined ? live : {
    file: path,
    content,
    env: Object.fromEntries(
      Object.entries(env).filter(([name]) => !name.startsWith("FC_")),
    ),
    isCompiled: compiled !== undefined,
    templateFault: explainTemplate(check.output, subject),
  };
}

/** Runs `krakend check` on a file. */
export function checkFile(
  gateway: Gateway,
  { file, env }: Pick<Source, "file" | "env">,
  signal: AbortSignal,
): Promise<Check> {
  return runCheck({ ...gateway, args: ["check", "-c", file], env }, signal);
}

/** Runs `krakend check` on a source; undefined if that passes. */
async function refusalOf(
  source: Source,
  { gateway, signal }: BuildOptions,
): Promise<Failed | undefined> {
  const check = await checkFile(gateway, source, signal);
  switch (check.kind) {
    case "accepted":
      return undefined;
    case "refused":
      return fault(await explain(check.output, subjectOf(gateway, source)));
    case "impossible":
      return { kind: "unchecked", reason: check.reason };
  }
}

function fault(explanation: Explanation) {
  return { kind: "fault" as const, explanation };
}

/** Files in a private folder, for which only their owner has rights. */
class Copies implements Disposable {
  readonly #options: Pick<BuildOptions, "folder" | "onNoCopy">;
  readonly #folder: string | undefined;
  readonly #files = new Map<string, Uint8Array>();

  constructor(options: Pick<BuildOptions, "folder" | "onNoCopy">) {
    this.#options = options;
    this.#folder = this.#try(() => options.folder?.makeFolder());
  }

  /** Returns the path for a file; undefined if there is no place for it. */
  path(name: string): string | undefined {
    return this.#folder && `${this.#folder}/${name}`;
  }

  /** Writes a file, and returns its path; undefined if it cannot be written. */
  write(name: string, content: Uint8Array): string | undefined {
    const path = this.path(name);
    if (!path) return undefined;
    this.#files.set(path, content);
    return this.#try(() => {
      write(path, content);
      return path;
    });
  }

  /** Whether so many bytes can be written. */
  hasRoom(bytes: number): boolean {
    const path = `${this.#folder}/room`;
    try {
      write(path, new Uint8Array(bytes));
      Deno.removeSync(path);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Writes again what something else has removed or changed.
   *
   * @returns Whether all is as it was written.
   */
  restore(): boolean {
    return this.#try(() => {
      if (this.#folder) this.#options.folder?.restore();
      for (const [path, content] of this.#files) {
        const current = readIfThere(path);
        if (!current || !isEqual(current, content)) write(path, content);
      }
      return true;
    }) ?? false;
  }

  [Symbol.dispose](): void {
    if (this.#folder) this.#options.folder?.removeFolder(this.#folder);
  }

  #try<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      const reason = causeOf(error);
      this.#options.onNoCopy(
        `no copy of the configuration can be written (${reason}): gateways read the live file; ${NO_ROOM}`,
      );
      return undefined;
    }
  }
}

/** Returns whether two contents are the same. */
export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function write(path: string, content: Uint8Array): void {
  Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  Deno.writeFileSync(path, content, { mode: 0o600 });
}

function readIfThere(path: string): Uint8Array | undefined {
  return ifReadable(() => Deno.readFileSync(path));
}
