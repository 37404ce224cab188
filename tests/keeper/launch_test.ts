import { assertEquals, assertMatch } from "@std/assert";
import { delay } from "@std/async";
import { join } from "@std/path";
import {
  ask,
  freeAddress,
  KEEPER,
  KeeperProcess,
  PROBE,
  Program,
  temporaryFolder,
} from "./keeper_process.ts";

/** Starts a launcher that is no part of a keeper's test. */
function launcher(socket: string, ...command: string[]): Program {
  return new Program([KEEPER, "launch", socket, "0", ...command]);
}

Deno.test("pid, exit status and signals are the gateway's own", async () => {
  await using keeper = await KeeperProcess.start();
  const shell = { program: "/bin/sh" };
  const three = keeper.launch(["-c", "echo $$ $PPID; exit 3"], shell);
  assertEquals(await three.end(), 3);
  assertEquals(three.output, `${three.pid} ${Deno.pid}\n`);
  const killed = keeper.launch(["-c", "kill -9 $$"], shell);
  await killed.end();
  assertEquals((await killed.status).signal, "SIGKILL");
});

Deno.test("a command that is missing or unusable has the exit status that shells give", async () => {
  using folder = temporaryFolder();
  await using keeper = await KeeperProcess.start();
  const text = join(folder.path, "text");
  Deno.writeTextFileSync(text, "x", { mode: 0o644 });
  const script = join(folder.path, "script");
  Deno.writeTextFileSync(script, "#!/missing\n", { mode: 0o755 });
  for (
    const [program, code] of [["/missing", 127], [script, 127], [text, 126], [
      folder.path,
      126,
    ]] as const
  ) {
    const it = keeper.launch([], { program });
    assertEquals(await it.end(), code, program);
    assertMatch(it.output, /^krakend-watch keeper: .*: .*\n$/);
    assertEquals(it.output.includes(program), true);
    await keeper.says(`gone ${it.pid}`);
  }
});

Deno.test("arguments and environment are passed on as they are", async () => {
  await using keeper = await KeeperProcess.start();
  const it = keeper.launch([
    "-c",
    'printf "<%s>" "$@" "$X"',
    "sh",
    "",
    "a b",
    "--",
    "é",
  ], {
    program: "/bin/sh",
    prefix: ["env", "X=1 2"],
  });
  assertEquals(await it.end(), 0);
  assertEquals(it.output, "<><a b><--><é><1 2>");
});

Deno.test("without a keeper it exits with 125, and says so in one sentence", async () => {
  const it = launcher("@keeper-test-missing", PROBE);
  assertEquals(await it.end(), 125);
  assertEquals(
    it.output,
    "krakend-watch keeper: nothing listens at @keeper-test-missing\n",
  );
  for (
    const args of [["launch"], ["launch", "@x", "0"], [
      "launch",
      "@x",
      "65536",
      PROBE,
    ], ["launch", "@x", "http", PROBE]]
  ) {
    const it = new Program([KEEPER, ...args]);
    assertEquals(await it.end(), 125);
    assertMatch(
      it.output,
      /^krakend-watch keeper: (usage: launch|not a port: ).*\n$/,
    );
  }
});

Deno.test("it waits for a keeper that is being started, by path and by abstract name", async () => {
  using folder = temporaryFolder();
  for (
    const socket of [
      join(folder.path, "keeper"),
      `@keeper-test-${crypto.randomUUID()}`,
    ]
  ) {
    const it = launcher(socket, PROBE, "tcp:127.0.0.1:0");
    // The launcher has had time to find nothing there.
    await new Promise((resolve) => setTimeout(resolve, 100));
    assertEquals(it.hasEnded, false);
    await using keeper = await KeeperProcess.start({ socket });
    await keeper.says(`joined ${it.pid}`);
    assertEquals(await it.end(), 0);
  }
});

Deno.test("it waits for a keeper that stands still, for as long as that lives", async () => {
  await using keeper = await KeeperProcess.start();
  keeper.signal("SIGSTOP");
  const waiting = keeper.launch(["tcp:127.0.0.1:0"]);
  const lost = launcher(keeper.socket, PROBE);
  // Longer than the time to wait for one that is not there.
  await delay(2_500);
  assertEquals([waiting.hasEnded, lost.hasEnded], [false, false]);
  keeper.signal("SIGCONT");
  assertEquals(await waiting.end(), 0);
  assertEquals(await lost.end(), 0);
  keeper.signal("SIGSTOP");
  const orphan = launcher(keeper.socket, PROBE);
  await delay(100);
  keeper.signal("SIGKILL");
  assertEquals(await orphan.end(), 125);
});

Deno.test("it does not wait long where so many wait already that the kernel takes no more", async () => {
  await using keeper = await KeeperProcess.start();
  keeper.signal("SIGSTOP");
  const knocks = Array(65).fill(`knock:${keeper.socket}`);
  const others = new Program([PROBE, ...knocks, "signals", "sleep:60000"]);
  await others.writes("SigIgn");
  const late = launcher(keeper.socket, PROBE);
  assertEquals(await late.end(), 125);
  assertMatch(late.output, /nothing listens at @keeper-test-/);
  others.signal("SIGKILL");
  await others.end();
});

Deno.test("only the keeper's own user can join", async () => {
  await using keeper = await KeeperProcess.start();
  const it = keeper.launch([], {
    prefix: ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
  });
  assertEquals(await it.end(), 125);
  assertEquals(it.output, "");
  assertEquals(keeper.lines, ["ready"]);
});

/** Connects to a keeper as launchers do, and then does nothing, so often. */
async function connectIdly({ socket }: KeeperProcess, count: number) {
  const knocks = Array(count).fill(`knock:${socket}`);
  const it = new Program([PROBE, ...knocks, "signals", "sleep:60000"]);
  await it.writes("SigIgn");
  return {
    async [Symbol.asyncDispose]() {
      it.signal("SIGKILL");
      await it.end();
    },
  };
}

Deno.test("descriptors that are no listeners are closed", async () => {
  await using keeper = await KeeperProcess.start();
  const folder = `/proc/${keeper.pid}/fd`;
  const before = [...Deno.readDirSync(folder)].length;
  const it = new Program([PROBE, `garbage:${keeper.socket}`]);
  assertEquals(await it.end(), 0);
  assertEquals(it.output, "");
  assertEquals([...Deno.readDirSync(folder)].length, before);
  assertEquals(keeper.lines, ["ready"]);
});

Deno.test("launchers that never send anything give way to others", async () => {
  await using keeper = await KeeperProcess.start();
  await using _idle = await connectIdly(keeper, 40);
  const address = freeAddress();
  const it = await keeper.serve(address);
  assertEquals(await ask(address), `${it.pid}`);
});

Deno.test("a keeper that has no descriptors left waits for some, without haste", async () => {
  const few = ["sh", "-c", 'ulimit -n 10; exec "$@"', "sh"];
  await using keeper = await KeeperProcess.start({ prefix: few });
  const ticks = () => {
    const stat = Deno.readTextFileSync(`/proc/${keeper.pid}/stat`).split(" ");
    return Number(stat[13]) + Number(stat[14]);
  };
  const address = freeAddress();
  const before = ticks();
  {
    await using _idle = await connectIdly(keeper, 14);
    await delay(500);
  }
  // In ticks of 10 ms: a loop that never waits takes 50.
  assertEquals(ticks() - before < 25, true);
  const it = await keeper.serve(address);
  assertEquals(await ask(address), `${it.pid}`);
});

Deno.test("no signal is blocked in a gateway, what was ignored stays ignored, and no_new_privs is set only if needed", async () => {
  await using keeper = await KeeperProcess.start();
  const prefix = ["env", "--ignore-signal=HUP,USR2"];
  const direct = new Program([...prefix, PROBE, "signals"]);
  assertEquals(await direct.end(), 0);
  const [ignored] = direct.output.match(/^SigIgn:\s+\w+801$/m) ?? [];
  const it = keeper.launch(["signals"], {
    prefix: [...prefix, "--block-signal"],
  });
  assertEquals(await it.end(), 0);
  assertMatch(it.output, /^SigBlk:\s+0+$/m);
  assertMatch(it.output, /^NoNewPrivs:\s+0$/m);
  assertEquals(it.output.match(/^SigIgn:.*$/m)?.[0], ignored);
});

Deno.test("nothing of the launcher is open in the gateway", async () => {
  await using keeper = await KeeperProcess.start();
  const list = ["-c", "ls /proc/$$/fd"];
  const plain = new Program(["/bin/sh", ...list]);
  const launched = keeper.launch(list, { program: "/bin/sh" });
  for (const it of [plain, launched]) assertEquals(await it.end(), 0);
  assertEquals(launched.output, plain.output);
});
