/**
 * What the operating system knows about terminals and jobs.
 *
 * @module
 */

/** The questions that depend on the operating system. */
export interface TerminalSystem {
  readonly os: typeof Deno.build.os;
  /** The number of this process. */
  readonly pid: number;
  /** Whether this process has a controlling terminal that is still there. */
  hasTerminal(): boolean;
  /** Reads a file. Throws if that cannot be done. */
  readText(path: string): string;
  /** What a program prints. Throws if it cannot be run. */
  outputOf(program: string, args: readonly string[]): string;
}

/** The system we run on. */
export const REAL_SYSTEM: TerminalSystem = {
  os: Deno.build.os,
  pid: Deno.pid,
  hasTerminal() {
    try {
      // ENXIO without a controlling terminal (man 4 tty); Windows has no such file.
      Deno.openSync("/dev/tty").close();
      return true;
    } catch {
      return false;
    }
  },
  readText: (path) => Deno.readTextFileSync(path),
  outputOf(program, args) {
    const command = new Deno.Command(program, {
      args: [...args],
      stdin: "null",
      stderr: "null",
    });
    return new TextDecoder().decode(command.outputSync().stdout);
  },
};
