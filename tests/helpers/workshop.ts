/**
 * A folder with files, stand-ins for tools on PATH, and krakend-watch on top.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { until } from "../../scripts/lab/until.ts";
import {
  type KrakendWatch,
  PROGRAM,
  startKrakendWatch,
  type StartOptions,
} from "../../scripts/lab/watch_process.ts";
import { writeScript } from "./processes.ts";

/** A place to let krakend-watch run tools in. */
export class Workshop implements AsyncDisposable {
  #watch: KrakendWatch | undefined;

  private constructor(
    /** The working folder. */
    readonly folder: string,
    /** The folder of the tools. */
    readonly bin: string,
  ) {}

  /** Opens a workshop; `krakend-watch` is one of its tools. */
  static async open(): Promise<Workshop> {
    const root = await Deno.makeTempDir({ prefix: "krakend-watch-test-" });
    const workshop = new Workshop(join(root, "work"), join(root, "bin"));
    await Deno.mkdir(workshop.folder);
    await Deno.mkdir(workshop.bin);
    const words = [Deno.execPath(), ...PROGRAM].map((word) => `'${word}'`);
    const body = `exec ${words.join(" ")} "$@"`;
    await writeScript(workshop.bin, "krakend-watch", body);
    return workshop;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file, and the folders that it is in. */
  async write(name: string, content = `${crypto.randomUUID()}\n`) {
    await Deno.mkdir(dirname(this.path(name)), { recursive: true });
    await Deno.writeTextFile(this.path(name), content);
  }

  /**
   * Puts a tool on PATH that notes its name, its arguments and what it is told
   * to have changed, as `make all [a.c b.c]`.
   *
   * @param then What it does next.
   */
  async tool(name: string, then = ""): Promise<void> {
    const note = `echo "${name} $*" [$KRAKEND_WATCH_CHANGED] >> "$NOTES"`;
    await writeScript(this.bin, name, `${note}\n${then}`);
  }

  /** What tools have noted, line by line. */
  async notes(): Promise<string[]> {
    try {
      const text = await Deno.readTextFile(join(this.bin, "notes"));
      return text.split("\n").slice(0, -1);
    } catch {
      return [];
    }
  }

  /** Waits until tools have noted just this. */
  async noted(...expected: readonly string[]): Promise<void> {
    const sentence = `the notes are: ${expected.join(", ")}`;
    let notes: readonly string[] = [];
    const condition = async () => {
      notes = await this.notes();
      return JSON.stringify(notes) === JSON.stringify(expected);
    };
    const evidence = () => [...notes, "", ...this.lines].join("\n");
    await until(sentence, condition, { evidence });
  }

  /** Starts krakend-watch in the folder, and waits until changes count. */
  async start(...args: readonly string[]): Promise<KrakendWatch> {
    const watch = this.launch({ args });
    await this.reports("krakend-watch: watching ");
    return watch;
  }

  /** The same, by a line for the shell. */
  async startLine(line: string): Promise<KrakendWatch> {
    // The words that follow are parameters of the shell that nobody asks for.
    const watch = this.launch({ wrapper: ["sh", "-c", `exec ${line}`] });
    await this.reports("krakend-watch: watching ");
    return watch;
  }

  /** Starts krakend-watch in the folder. */
  launch(options: Partial<StartOptions>): KrakendWatch {
    const { bin, folder } = this;
    this.#watch = startKrakendWatch({
      args: [],
      cwd: folder,
      ...options,
      env: {
        PATH: `${bin}:${Deno.env.get("PATH")}`,
        NOTES: join(bin, "notes"),
        ...options.env,
      },
    });
    return this.#watch;
  }

  /** What krakend-watch and the tools have printed. */
  get lines(): readonly string[] {
    return this.#watch?.lines ?? [];
  }

  /** How many lines hold a text. */
  count(text: string): number {
    return this.lines.filter((line) => line.includes(text)).length;
  }

  /** Waits until a text was printed so many times. */
  reports(text: string, times = 1): Promise<void> {
    return this.until(
      `"${text}" is printed ${times} times`,
      () => this.count(text) >= times,
    );
  }

  /** Waits, and shows what was printed if it was in vain. */
  until(sentence: string, condition: () => boolean | Promise<boolean>) {
    const evidence = () => this.lines.join("\n");
    return until(sentence, condition, { evidence });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch?.[Symbol.asyncDispose]();
    await Deno.remove(dirname(this.folder), { recursive: true });
  }
}
