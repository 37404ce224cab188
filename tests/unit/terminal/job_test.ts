import { assertEquals } from "@std/assert";
import { canBeContinued, isInForeground } from "../../../lib/terminal/job.ts";
import type { TerminalSystem } from "../../../lib/terminal/system.ts";

/** A process of a scripted system. */
interface Row {
  pid: number;
  parent: number;
  group: number;
  session: number;
  foreground?: number;
}

/** A system with these processes, of which the last one is us. */
function system(
  os: typeof Deno.build.os,
  rows: readonly Row[],
  hasTerminal = true,
): TerminalSystem {
  const find = (pid: number) => {
    const row = rows.find((row) => row.pid === pid);
    if (!row) throw new Deno.errors.NotFound();
    return row;
  };
  return {
    os,
    pid: rows.at(-1)?.pid ?? 0,
    hasTerminal: () => hasTerminal,
    readText(path) {
      const row = find(Number(/^\/proc\/(\d+)\/stat$/.exec(path)?.[1]));
      const { pid, parent, group, session, foreground = -1 } = row;
      return `${pid} (a (b) c) S ${parent} ${group} ${session} 34816 ${foreground} 4194304 1 2`;
    },
    outputOf(program, args) {
      assertEquals([program, args.at(-2)], ["ps", "-p"]);
      const { parent, group, foreground = 0 } = find(Number(args.at(-1)));
      return `    ${parent}  ${group}     ${foreground}\n`;
    },
  };
}

const SHELL = { pid: 10, parent: 1, group: 10, session: 10 };

for (const os of ["linux", "darwin"] as const) {
  Deno.test(`on ${os}, the group that has the terminal is in the foreground`, () => {
    const us = { pid: 20, parent: 10, group: 20, session: 10 };
    const front = system(os, [SHELL, { ...us, foreground: 20 }]);
    assertEquals(isInForeground(front), true);
    const back = system(os, [SHELL, { ...us, foreground: 10 }]);
    assertEquals(isInForeground(back), false);
    const member = { ...us, group: 15, foreground: 15 };
    assertEquals(isInForeground(system(os, [SHELL, member])), true);
  });

  Deno.test(`on ${os}, nobody is in the foreground of a terminal that is not theirs`, () => {
    const us = { pid: 20, parent: 10, group: 0, session: 0, foreground: 0 };
    assertEquals(isInForeground(system(os, [SHELL, us])), false);
    const detached = { ...us, group: 20, foreground: 20 };
    assertEquals(isInForeground(system(os, [SHELL, detached], false)), false);
  });

  Deno.test(`on ${os}, a job of a shell can be continued, also one that npx has started`, () => {
    const us = { pid: 20, parent: 10, group: 20, session: 10 };
    assertEquals(canBeContinued(system(os, [SHELL, us])), true);
    const npx = { pid: 20, parent: 10, group: 20, session: 10 };
    const child = { pid: 21, parent: 20, group: 20, session: 10 };
    assertEquals(canBeContinued(system(os, [SHELL, npx, child])), true);
  });

  Deno.test(`on ${os}, nobody continues the first program of a terminal, nor one without a terminal`, () => {
    const first = { pid: 1, parent: 0, group: 1, session: 1 };
    assertEquals(canBeContinued(system(os, [first])), false);
    const init = { pid: 1, parent: 0, group: 1, session: 1 };
    const orphan = { pid: 20, parent: 1, group: 20, session: 20 };
    assertEquals(canBeContinued(system(os, [init, orphan])), false);
    const us = { pid: 20, parent: 10, group: 20, session: 10 };
    assertEquals(canBeContinued(system(os, [SHELL, us], false)), false);
  });

  Deno.test(`on ${os}, where processes cannot be seen, the terminal is left alone`, () => {
    const us = { pid: 20, parent: 10, group: 20, session: 10, foreground: 20 };
    const blind: TerminalSystem = {
      ...system(os, [us]),
      readText: () => {
        throw new Deno.errors.NotFound();
      },
      outputOf: () => {
        throw new Deno.errors.NotFound();
      },
    };
    assertEquals([isInForeground(blind), canBeContinued(blind)], [
      false,
      false,
    ]);
  });
}

Deno.test("on Linux, the shell of a container that is process 1 continues its jobs", () => {
  const shell = { pid: 1, parent: 0, group: 1, session: 1 };
  const us = { pid: 20, parent: 1, group: 20, session: 1 };
  assertEquals(canBeContinued(system("linux", [shell, us])), true);
});

Deno.test("on Windows, a console is always in the foreground, and nothing stops", () => {
  const windows = system("windows", [], false);
  assertEquals([isInForeground(windows), canBeContinued(windows)], [
    true,
    false,
  ]);
});
