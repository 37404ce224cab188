import { assertEquals } from "@std/assert";
import { until } from "../../scripts/lab/until.ts";
import { HAS_TERMINAL, Terminal } from "../helpers/terminal.ts";
import { subject, testAsInit } from "./cases.ts";
import { childrenOf, IN_NAMESPACE } from "./namespace.ts";

const { path } = subject;
const UNSHARE = IN_NAMESPACE.join(" ");
const CTRL_C = "\x03";
const CTRL_Z = "\x1a";

/** As a container has it: the first process leads the session of the terminal. */
const LEADING = `${UNSHARE} setsid --ctty "$SUBJECT" count-signals`;
/** As `unshare` has it in a user's shell. */
const FOLLOWING = `${UNSHARE} "$SUBJECT" count-signals`;

for (
  const [where, command] of [
    ["as in a container", LEADING],
    ["in the session of another program", FOLLOWING],
  ] as const
) {
  testInTerminal(`${where}, Ctrl-C reaches the program once`, async () => {
    await using container = await Container.start(command);
    const { terminal } = container;
    await terminal.shows("ready");
    for (const count of [1, 2, 3]) {
      await terminal.type(CTRL_C);
      await terminal.shows(`signal 2: ${count}`);
      // What else may be on its way comes before what is sent now.
      Deno.kill(container.init, "SIGUSR1");
      await terminal.shows(`signal 10: ${count}`);
    }
    assertEquals(counts(terminal.screen), [
      "signal 2: 1",
      "signal 10: 1",
      "signal 2: 2",
      "signal 10: 2",
      "signal 2: 3",
      "signal 10: 3",
    ]);
  });
}

testInTerminal(
  "Ctrl-Z does not stop a container, which could not be continued",
  async () => {
    await using container = await Container.start(LEADING);
    const { terminal } = container;
    await terminal.shows("ready");
    await terminal.type(CTRL_Z);
    await terminal.type(CTRL_C);
    await terminal.shows("signal 2: 1");
  },
);

testInTerminal(
  "when the terminal goes away, the program gets SIGHUP once",
  async () => {
    const file = await Deno.makeTempFile();
    const read = () => Deno.readTextFile(file);
    try {
      await using container = await Container.start(`${LEADING} >${file}`);
      await until("it is ready", async () => (await read()).includes("ready"));
      await container.terminal.hangUp();
      await until(
        "it has the signal",
        async () => (await read()).includes("signal 1:"),
      );
      Deno.kill(container.init, "SIGTERM");
      await until("it ends", async () => (await read()).includes("signal 15:"));
      assertEquals(counts(await read()), ["signal 1: 1", "signal 15: 1"]);
    } finally {
      await Deno.remove(file);
    }
  },
);

/** A namespace in a terminal; it ends with the test, whatever becomes of the terminal. */
class Container implements AsyncDisposable {
  private constructor(
    readonly terminal: Terminal,
    /** The number of its first process. */
    readonly init: number,
  ) {}

  static async start(command: string): Promise<Container> {
    const env = { SUBJECT: path };
    const terminal = new Terminal("/", { env, command });
    let init: number | undefined;
    await until("the program is started", async () => {
      init = await findSubject(terminal.script);
      return init !== undefined;
    });
    return new Container(terminal, init ?? 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      Deno.kill(this.init, "SIGKILL");
    } catch {
      // It has ended.
    }
    await this.terminal[Symbol.asyncDispose]();
  }
}

/** A test that needs to be the first process of a terminal. */
function testInTerminal(name: string, fn: () => Promise<void>): void {
  testAsInit(name, fn, !HAS_TERMINAL && "there is no script(1)");
}

function counts(text: string): string[] {
  return text.match(/signal \d+: \d+/g) ?? [];
}

/** The first process below another that is the tests' program, in a line of first children. */
async function findSubject(pid: number): Promise<number | undefined> {
  try {
    const comm = await Deno.readTextFile(`/proc/${pid}/comm`);
    if (comm.startsWith("subject")) return pid;
    const child = childrenOf(pid)[0];
    return child && await findSubject(child);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
