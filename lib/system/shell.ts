/**
 * The shell that runs a command of the user's.
 *
 * @module
 */

/** How to have a shell run a command. */
export interface ShellSpec {
  readonly program: string;
  readonly args: string[];
  /** Whether the arguments must reach the program as they are (Windows). */
  readonly windowsRawArguments?: boolean;
}

/** What runs a command, with its standard output joined to standard error. */
export function shellFor(
  command: string,
  os: typeof Deno.build.os,
): ShellSpec {
  if (os !== "windows") {
    // On a line of its own, a command may end in a comment.
    return { program: "/bin/sh", args: ["-c", `exec 1>&2\n${command}`] };
  }
  return {
    program: "cmd.exe",
    // With /s, only the outer quotes go.
    args: ["/d", "/s", "/c", `"(${command}) 1>&2"`],
    windowsRawArguments: true,
  };
}
