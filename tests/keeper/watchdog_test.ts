import { assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { holds, until } from "../../scripts/lab/until.ts";
import { isRunning } from "../helpers/processes.ts";
import {
  ask,
  freeAddress,
  KeeperProcess,
  PROBE,
  Program,
  temporaryFolder,
} from "./keeper_process.ts";
import { compileProgram, systemCallNumbers } from "./programs.ts";

/** Waits for the end of a process: returns the name of the signal, or the exit code. */
async function endOf(it: Program): Promise<string> {
  await it.end();
  const { signal, code } = await it.status;
  return signal ?? `${code}`;
}

Deno.test("when the supervisor dies, gateways get SIGTERM, then the folder is removed and the keeper exits", async () => {
  using folder = temporaryFolder();
  using other = temporaryFolder();
  const kept = join(other.path, "kept");
  Deno.writeTextFileSync(kept, "");
  Deno.mkdirSync(join(folder.path, "a/b/c"), { recursive: true });
  for (let i = 0; i < 300; i++) {
    Deno.writeTextFileSync(join(folder.path, "a/b", `file-${i}`), "secret");
  }
  Deno.symlinkSync(other.path, join(folder.path, "a/link"));
  Deno.symlinkSync("missing", join(folder.path, "a/dangling"));
  Deno.linkSync(kept, join(folder.path, "a/hard"));

  await using keeper = await KeeperProcess.start({ folder: folder.path });
  const address = freeAddress();
  const active = await keeper.serve(address, ["linger:200", "serve"]);
  const candidate = keeper.launch([`tcp:${address}`, "serve"]);
  await keeper.says(`listening ${candidate.pid} ${address}`);
  await keeper.closeInput();
  // Its listen is never answered, and it has one thread.
  await until("the active one is gone", () => active.hasEnded);
  assertEquals(await endOf(active), "0");
  assertEquals(await exists(folder.path), true);
  assertEquals(await endOf(candidate), "SIGKILL");
  assertEquals(await keeper.end(), 0);
  assertEquals(await exists(folder.path), false);
  assertEquals(await exists(kept), true);
});

Deno.test("when the supervisor dies, a port is free as soon as its gateway has closed it", async () => {
  await using keeper = await KeeperProcess.start({
    queueMs: 60_000,
    killMs: 60_000,
  });
  const address = freeAddress();
  const active = await keeper.serve(address, ["linger:60000", "serve"]);
  await keeper.closeInput();
  await until(
    "the port is free",
    async () => await ask(address) === "ConnectionRefused",
  );
  assertEquals(active.hasEnded, false);
});

Deno.test("who does not end after SIGTERM gets SIGKILL, its children with it", async () => {
  await using keeper = await KeeperProcess.start({ killMs: 300 });
  const address = freeAddress();
  const stubborn = await keeper.serve(address, ["stubborn", "serve"]);
  const parent = keeper.launch(["child:stubborn,sleep:60000", "serve"]);
  await keeper.says(`joined ${parent.pid}`);
  await until("its child is there", async () => await childOf(parent.pid) > 0);
  const child = await childOf(parent.pid);
  await keeper.closeInput();
  await until("its parent has ended", () => parent.hasEnded);
  await holds(
    "they live for their time",
    async () => !stubborn.hasEnded && await isRunning(child),
    150,
  );
  assertEquals(await ask(address), `${stubborn.pid}`);
  assertEquals(await endOf(stubborn), "SIGKILL");
  assertEquals(await keeper.end(), 0);
  assertEquals(await isRunning(child), false);
});

Deno.test("processes that are watched are ended, those that no longer are and those of others are not", async () => {
  await using keeper = await KeeperProcess.start({ killMs: 300 });
  const sleep = () => new Program([PROBE, "sleep:60000"]);
  const [watched, unwatched, other] = [sleep(), sleep(), sleep()];
  const stubborn = new Program([PROBE, "stubborn", "signals", "sleep:60000"]);
  await stubborn.writes("SigIgn");
  for (const it of [watched, unwatched, stubborn]) {
    await keeper.command(`watch ${it.pid}`);
    await keeper.command(`watch ${it.pid}`);
  }
  await keeper.command(`unwatch ${unwatched.pid}`);
  await keeper.closeInput();
  await watched.end();
  assertEquals(await endOf(stubborn), "SIGKILL");
  assertEquals(await keeper.end(), 0);
  for (const it of [unwatched, other]) {
    assertEquals(it.hasEnded, false);
    it.signal("SIGKILL");
    await it.end();
  }
});

Deno.test("after `bye` nothing is ended, and the folder stays", async () => {
  using folder = temporaryFolder();
  await using keeper = await KeeperProcess.start({ folder: folder.path });
  const address = freeAddress();
  const active = await keeper.serve(address);
  await keeper.command("bye");
  await holds("the keeper stays", () => !keeper.hasEnded, 100);
  await keeper.closeInput();
  assertEquals(await keeper.end(), 0);
  assertEquals(await exists(folder.path), true);
  assertEquals(await ask(address), `${active.pid}`);
});

Deno.test("half a line at the end is no `bye`", async () => {
  using folder = temporaryFolder();
  await using keeper = await KeeperProcess.start({ folder: folder.path });
  await keeper.write("bye");
  await keeper.closeInput();
  assertEquals(await keeper.end(), 0);
  assertEquals(await exists(folder.path), false);
});

Deno.test("a folder that was replaced by a link is not followed", async () => {
  using folder = temporaryFolder();
  using other = temporaryFolder();
  const kept = join(other.path, "kept");
  Deno.writeTextFileSync(kept, "");
  const path = join(folder.path, "link");
  Deno.symlinkSync(other.path, path);
  await using keeper = await KeeperProcess.start({ folder: path });
  await keeper.closeInput();
  assertEquals(await keeper.end(), 0);
  assertEquals(await exists(kept), true);
});

Deno.test("another file system in the folder is not entered", async () => {
  using folder = temporaryFolder();
  const mount = join(folder.path, "mount");
  Deno.mkdirSync(mount);
  // In a namespace of its own, whose mounts end with it.
  const script = `mount -t tmpfs none "$1" && echo x > "$1/kept" &&
    { "$2" keep @keeper-test-$$ 0 0 "$3" < /dev/null; cat "$1/kept"; }`;
  const { KEEPER } = await import("./keeper_process.ts");
  const it = new Program([
    ...["unshare", "--mount", "sh", "-c", script],
    ...["sh", mount, KEEPER, folder.path],
  ]);
  assertEquals(await it.end(), 0);
  assertEquals(it.output, "ready\nx\n");
});

Deno.test("signals to all processes of a group do not end the keeper", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const active = await keeper.serve(address);
  const names = ["TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "TSTP"] as const;
  for (const name of [...names, "PIPE", "ALRM", "TTIN"] as const) {
    keeper.signal(`SIG${name}`);
  }
  const candidate = await keeper.serve(address);
  active.signal("SIGTERM");
  assertEquals(await active.end(), 0);
  assertEquals(await ask(address), `${candidate.pid}`);
});

Deno.test("if the keeper is killed, a gateway serves on, and its later binds fail", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const active = await keeper.serve(address, [
    "serve:800",
    `tcp:${freeAddress()}`,
    "udp:127.0.0.1:0",
    "serve",
  ]);
  const candidate = keeper.launch([`tcp:${address}`]);
  await keeper.says(`listening ${candidate.pid} ${address}`);
  keeper.signal("SIGKILL");
  await candidate.writes(`tcp ${address} ENOSYS`);
  assertEquals(await ask(address), `${active.pid}`);
  await active.writes("udp 127.0.0.1:0 ENOSYS");
  assertEquals(await ask(address), `${active.pid}`);
});

Deno.test("without pidfds, as before Linux 5.3, the keeper is still the watchdog", async () => {
  using folder = temporaryFolder();
  const confine = await compileProgram("confine");
  const pidfds = await systemCallNumbers(["pidfd_open", "pidfd_send_signal"]);
  await using keeper = new KeeperProcess({
    prefix: [confine, "deny", "38", ...pidfds, "--"],
    folder: folder.path,
    killMs: 300,
  });
  await keeper.says("unable kernel");
  const plain = new Program([PROBE, "serve"]);
  const ended = new Program([PROBE]);
  const stubborn = new Program([PROBE, "stubborn", "signals", "sleep:60000"]);
  await stubborn.writes("SigIgn");
  for (const it of [plain, ended, stubborn]) {
    await keeper.command(`watch ${it.pid}`);
  }
  await ended.end();
  await keeper.closeInput();
  assertEquals(await endOf(plain), "0");
  assertEquals(await endOf(stubborn), "SIGKILL");
  assertEquals(await keeper.end(), 0);
  assertEquals(await exists(folder.path), false);
});

/** The first child of a process; 0 if it has none. */
async function childOf(pid: number): Promise<number> {
  const path = `/proc/${pid}/task/${pid}/children`;
  return Number((await Deno.readTextFile(path)).split(" ")[0]);
}
