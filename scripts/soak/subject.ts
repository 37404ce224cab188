/**
 * The krakend-watch that is soaked, and all that belongs to it.
 *
 * @module
 */

import { join } from "@std/path";
import { ifPossible } from "../../lib/errors.ts";
import type { EventRecord } from "../../lib/event.ts";
import {
  type KrakendWatch,
  startKrakendWatch,
  WATCH_FILE,
} from "../lab/watch_process.ts";
import type { Layout, LAYOUTS } from "./layout.ts";
import {
  allProcesses,
  descendantsOf,
  descriptorsOf,
  type Process,
  send,
} from "./processes.ts";

/** What all lives have in common. */
export interface World {
  /** A folder of the soak's own. */
  readonly folder: string;
  /** The path of krakend. */
  readonly gateway: string;
  /** The URL of a backend. */
  readonly backend: string;
  /** The bundle with the keeper beside it, and without. */
  readonly bundles: { readonly whole: string; readonly bare: string };
  /** Whether a process can have a file system of its own. */
  readonly canMount: boolean;
}

/** How the port passes from one gateway to the next. */
export type Handover = "shared" | "swap" | "sequential";

/**
 * The room for private copies: in TMPDIR, in /dev/shm as TMPDIR is missing, in
 * a TMPDIR that is soon full, or nowhere.
 */
export type Room = "enough" | "missing" | "little" | "none";

/** What a life is like. */
export interface Scenario {
  readonly layout: keyof typeof LAYOUTS;
  readonly handover: Handover;
  readonly room: Room;
  readonly isPolling: boolean;
}

/** What is there at one moment. */
export interface Inventory {
  readonly gateways: readonly Process[];
  readonly keepers: readonly Process[];
  readonly others: readonly Process[];
  /** How many files krakend-watch and the keeper have open. */
  readonly descriptors: number;
  readonly keeperDescriptors: number;
  /** Private copies of configurations. */
  readonly copies: number;
}

/** Commands, before the program that gets its file system. */
const MOUNTS: Readonly<Partial<Record<Room, string>>> = {
  // 16 pages.
  little: "mkdir -p little && mount -t tmpfs -o size=64k none little",
  none: "mount -t tmpfs -o ro none /dev/shm",
};

/** A krakend-watch that was started, and can be observed. */
export class Subject {
  /** The events so far. */
  readonly events: EventRecord[] = [];
  readonly #watch: KrakendWatch;
  readonly #root: string;
  /** All processes that were seen to belong to it. */
  readonly #seen = new Set<string>();

  /** @param root The working folder, with the configuration and a folder `more` that is watched, too. */
  constructor(
    { gateway, bundles: { whole, bare } }: World,
    root: string,
    { configFile, env }: Layout,
    { handover, room, isPolling }: Scenario,
  ) {
    this.#root = root;
    const run = (path: string) => ["run", "-A", "--quiet", "--no-config", path];
    const program = handover === "swap"
      ? run(bare)
      : WATCH_FILE === undefined
      ? run(whole)
      : undefined;
    const mount = MOUNTS[room];
    this.#watch = startKrakendWatch({
      args: [
        ...["-v", "--log-format=json", "--watch", "more"],
        ...isPolling ? ["--poll"] : [],
        ...handover === "sequential" ? ["--no-overlap"] : [],
        ...["run", "-c", configFile],
      ],
      cwd: root,
      ...program && { program },
      onLine: (line) => {
        // The last one may be lost in part.
        const isEvent = line.startsWith('{"time":') && line.endsWith("}");
        if (isEvent) this.events.push(JSON.parse(line));
      },
      wrapper: mount
        ? ["unshare", "--mount", "sh", "-ec", `${mount}; exec "$@"`, "sh"]
        : [],
      env: {
        ...env,
        KRAKEND_BIN: gateway,
        TMPDIR: join(root, room === "enough" ? "tmp" : "little"),
      },
    });
  }

  get pid(): number {
    return this.#watch.pid;
  }

  /** The folder for private copies, as this process can reach it; undefined if there is none. */
  get privateFolder(): string | undefined {
    const lock = descriptorsOf(this.pid)
      .map((path) => /^(.*\.tmp)\/lock(?: \(deleted\))?$/.exec(path)?.[1])
      .find((it) => it !== undefined);
    return lock && `/proc/${this.pid}/root${lock}`;
  }

  /** Returns what is there now. */
  take(): Inventory {
    const all = allProcesses();
    const descendants = descendantsOf(this.pid, all);
    const own = all.filter((it) =>
      it.pid === this.pid || descendants.includes(it) || this.#isInside(it)
    );
    for (const it of own) this.#seen.add(nameOf(it));
    const gateways: Process[] = [], keepers: Process[] = [], others = [];
    for (const it of own.filter(({ pid }) => pid !== this.pid)) {
      const { commandLine } = it;
      if (/ keep | watchdog /.test(commandLine)) keepers.push(it);
      else if (commandLine.includes(" run ")) gateways.push(it);
      else others.push(it);
    }
    const folder = this.privateFolder;
    return {
      gateways,
      keepers,
      others,
      descriptors: descriptorsOf(this.pid).length,
      keeperDescriptors: descriptorsOf(keepers[0]?.pid ?? 0).length,
      copies: folder ? copiesIn(folder) : 0,
    };
  }

  /** Returns the processes that are alive although krakend-watch has ended. */
  takeLeft(): Process[] {
    return allProcesses().filter((it) =>
      !it.hasEnded && (this.#seen.has(nameOf(it)) || this.#isInside(it))
    );
  }

  /** Ends krakend-watch and returns its exit code; what it has started ends by itself. */
  async end(signal: Deno.Signal): Promise<number> {
    this.#watch.signal(signal);
    return (await this.#watch.status).code;
  }

  /** Ends all that is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.take();
    const folder = this.privateFolder;
    if (folder) await Deno.remove(folder, { recursive: true }).catch(() => {});
    for (const { pid } of this.takeLeft()) send(pid, "SIGKILL");
    await this.#watch.status;
  }

  #isInside = ({ cwd, commandLine }: Process): boolean =>
    cwd === this.#root || commandLine.includes(`${this.#root}/`);
}

/** Returns what no other process is called: numbers are used again. */
function nameOf({ pid, startTime }: Process): string {
  return `${pid} ${startTime}`;
}

function copiesIn(folder: string): number {
  return (ifPossible(() => [...Deno.readDirSync(folder)]) ?? [])
    .filter(({ name }) => name.startsWith("configuration-")).length;
}
