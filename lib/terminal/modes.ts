/**
 * The modes of the terminal at standard input.
 *
 * By `stty`, and not by the runtime: that sets the modes once more when the
 * program ends, for which a job in the background is stopped and never ends.
 *
 * @module
 */

/** What modes are set with. */
export interface ModesSystem {
  readonly os: typeof Deno.build.os;
  /** Runs `stty` on standard input, and returns what it prints. Throws if that fails. */
  stty(args: readonly string[]): string;
  /** Sets the modes by the runtime. */
  setRaw(on: boolean): void;
}

/** Single keys without echo; Ctrl-C and Ctrl-Z stay signals. */
const KEYS = ["-icanon", "-echo", "min", "1", "time", "0"];

/** Sets modes, and sets them back. */
export class Modes {
  readonly #system: ModesSystem;
  /** What `stty` needs to set the modes back. */
  #before: string | undefined;

  constructor(system: ModesSystem = REAL_SYSTEM) {
    this.#system = system;
  }

  /** Has the terminal give single keys. Throws if it cannot be told. */
  giveKeys(): void {
    const { os, stty, setRaw } = this.#system;
    // A console of Windows gives Ctrl-C as a key then.
    if (os === "windows") return setRaw(true);
    this.#before ??= stty(["-g"]).trim();
    stty(KEYS);
  }

  /** Has the terminal give lines with echo again, or whatever it gave. Throws if it cannot be told. */
  restore(): void {
    const { os, stty, setRaw } = this.#system;
    if (os === "windows") return setRaw(false);
    const before = this.#before;
    this.#before = undefined;
    if (before) stty([before]);
  }
}

const REAL_SYSTEM: ModesSystem = {
  os: Deno.build.os,
  stty(args) {
    const { success, stdout } = new Deno.Command("stty", {
      args: [...args],
      stdin: "inherit",
      stderr: "null",
    }).outputSync();
    if (!success) throw new Error(`stty ${args.join(" ")} failed`);
    return new TextDecoder().decode(stdout);
  },
  setRaw: (on) => Deno.stdin.setRaw(on),
};
