import { assertEquals } from "@std/assert";
import { freeHost, freePort } from "../../scripts/lab/config.ts";
import { holds, until } from "../../scripts/lab/until.ts";
import {
  ask,
  freeAddress,
  KeeperProcess,
  temporaryFolder,
} from "./keeper_process.ts";
import { compileProgram } from "./programs.ts";

/** A port that no listener of these tests has: so nothing is held. */
const NONE = { port: 1 };

Deno.test("each TCP listener with a port is shared, of both families, on one address and on all", async () => {
  await using keeper = await KeeperProcess.start();
  const port = freePort();
  const addresses = [
    `127.0.0.1:${port}`,
    `[::1]:${port}`,
    `0.0.0.0:${port + 1}`,
    `[::]:${port + 2}`,
  ];
  const actions = addresses.map((address) => `tcp:${address}`);
  const first = keeper.launch([...actions, "serve"], NONE);
  await first.writes(`tcp [::]:${port + 2} ok`);
  const second = keeper.launch([...actions, "serve"], NONE);
  await second.writes(`tcp [::]:${port + 2} ok`);
  for (const it of [first, second]) {
    assertEquals(keeper.of(it), [
      "joined",
      ...addresses.map((address) => `bound ${address}`),
    ]);
  }
  for (const address of [...addresses, `127.0.0.1:${port + 2}`]) {
    assertEquals(await ask(address), `${first.pid}`, address);
  }
});

Deno.test("a listener for IPv6 only and one for IPv4 go side by side on all addresses", async () => {
  await using keeper = await KeeperProcess.start();
  const port = freePort();
  const it = keeper.launch(
    [`tcp6:[::]:${port}`, `tcp:0.0.0.0:${port}`, "serve"],
    NONE,
  );
  await it.writes(`tcp 0.0.0.0:${port} ok`);
  assertEquals(await ask(`[::1]:${port}`), `${it.pid}`);
  assertEquals(await ask(`127.0.0.1:${port}`), `${it.pid}`);
});

Deno.test("a port that the kernel chooses is not shared, and not mentioned", async () => {
  await using keeper = await KeeperProcess.start();
  const it = keeper.launch(["tcp:127.0.0.1:0", "udp:127.0.0.1:0"]);
  assertEquals(await it.end(), 0);
  assertEquals(it.output, "tcp 127.0.0.1:0 ok\nudp 127.0.0.1:0 ok\n");
  await keeper.says(`gone ${it.pid}`);
  assertEquals(keeper.of(it), ["joined", "gone"]);
});

Deno.test("UDP and unix sockets are bound by the kernel, and said not to be shared", async () => {
  using folder = temporaryFolder();
  await using keeper = await KeeperProcess.start();
  const port = freePort();
  const name = crypto.randomUUID();
  const it = keeper.launch([
    `udp:127.0.0.1:${port}`,
    `udp:[::1]:${port}`,
    `unix:@${name}`,
    "unix:a b\n\\c",
    "listen",
  ], { cwd: folder.path });
  assertEquals(await it.end(), 0);
  assertEquals(
    it.output,
    `udp 127.0.0.1:${port} ok\nudp [::1]:${port} ok\nunix @${name} ok\n` +
      "unix a b\n\\c ok\nlisten ok\n",
  );
  await keeper.says(`gone ${it.pid}`);
  assertEquals(keeper.of(it), [
    "joined",
    `unshared udp 127.0.0.1:${port}`,
    `unshared udp [::1]:${port}`,
    `unshared unix @${name}`,
    "unshared unix a\\x20b\\x0a\\x5cc",
    "gone",
  ]);
});

Deno.test("errors of a bind are those that the kernel gives", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  using _stranger = Deno.listen({
    hostname: "127.0.0.1",
    port: Number(address.split(":")[1]),
  });
  const it = keeper.launch([`tcp:${address}`, "tcp:192.0.2.1:8080"]);
  assertEquals(await it.end(), 0);
  assertEquals(
    it.output,
    `tcp ${address} EADDRINUSE\ntcp 192.0.2.1:8080 EADDRNOTAVAIL\n`,
  );
  await keeper.says(`gone ${it.pid}`);
  assertEquals(keeper.of(it), [
    "joined",
    `taken ${address}`,
    "unbound 192.0.2.1:8080 99",
    "gone",
  ]);
});

Deno.test("the port of another keeper is taken, whether it is held, served or waits for an instance", async () => {
  await using keeper = await KeeperProcess.start();
  await using other = await KeeperProcess.start();
  const address = freeAddress();
  const port = Number(address.split(":")[1]);
  const first = await keeper.serve(address);
  const refuse = async (part: string) => {
    const it = other.launch([`tcp:${part}`]);
    assertEquals(await it.end(), 0);
    assertEquals(it.output, `tcp ${part} EADDRINUSE\n`);
  };
  await refuse(address);
  await refuse(`0.0.0.0:${port}`);
  first.signal("SIGKILL");
  await keeper.says(`gone ${first.pid}`);
  await refuse(address);
});

Deno.test("of two keepers whose gateways are held at one port, the second one to go is refused", async () => {
  await using keeper = await KeeperProcess.start();
  await using other = await KeeperProcess.start();
  const address = freeAddress();
  const first = keeper.launch([`tcp:${address}`, "serve"]);
  await keeper.says(`listening ${first.pid} ${address}`);
  const second = other.launch([`tcp:${address}`, "serve"]);
  await other.says(`listening ${second.pid} ${address}`);
  await keeper.go(first, address);
  await other.command(`go ${second.pid}`);
  await second.writes(`tcp ${address} EADDRINUSE`);
  await other.says(`taken ${second.pid} ${address}`);
  assertEquals(await ask(address), `${first.pid}`);
});

Deno.test("a second listener for one address in one gateway is an error, as ever", async () => {
  await using keeper = await KeeperProcess.start();
  const port = freePort();
  const it = keeper.launch([
    `tcp:127.0.0.1:${port}`,
    `tcp:127.0.0.1:${port}`,
    `tcp:0.0.0.0:${port}`,
    `tcp:127.0.0.2:${port}`,
  ], NONE);
  assertEquals(await it.end(), 0);
  assertEquals(
    it.output,
    `tcp 127.0.0.1:${port} ok\ntcp 127.0.0.1:${port} EADDRINUSE\n` +
      `tcp 0.0.0.0:${port} EADDRINUSE\ntcp 127.0.0.2:${port} ok\n`,
  );
});

Deno.test("a listener that is closed can be opened again, before and after the program executes itself", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const it = keeper.launch([
    `tcp:${address}`,
    "close",
    `tcp:${address}`,
    "exec",
    `tcp:${address}`,
    "serve",
  ], NONE);
  await until(
    "it has listened for the third time",
    () => it.output === `tcp ${address} ok\n`.repeat(3),
    { evidence: () => it.output },
  );
  assertEquals(await ask(address), `${it.pid}`);
});

Deno.test("a listener that its gateway has closed is closed when nothing takes its queue", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 100 });
  const address = freeAddress();
  const it = keeper.launch([`tcp:${address}`, "close", "sleep:60000"], NONE);
  await keeper.says(`bound ${it.pid} ${address}`);
  await keeper.says(`closed ${address}`);
  assertEquals(await ask(address), "ConnectionRefused");
  assertEquals(it.hasEnded, false);
});

Deno.test("a listener that a thread has opened outlives it, and is closed by another one", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 0 });
  const address = freeAddress();
  const it = keeper.launch(
    [`thread:tcp:${address}`, "serve:1500", "close", "sleep:60000"],
    NONE,
  );
  await keeper.says(`bound ${it.pid} ${address}`);
  // Descriptors are compared each second.
  await holds(
    "it serves",
    async () => await ask(address) === `${it.pid}`,
    1_200,
  );
  await keeper.says(`closed ${address}`);
});

Deno.test("the queue is as long as the gateway asks for", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const it = await keeper.serve(address, ["sleep:60000"]);
  const port = Number(address.split(":")[1]);
  const connections = await Promise.all(
    Array.from(
      { length: 100 },
      () => Deno.connect({ hostname: "127.0.0.1", port }),
    ),
  );
  for (const connection of connections) connection.close();
  assertEquals(it.hasEnded, false);
});

Deno.test("a listener that gets another descriptor is not taken for closed", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 0 });
  const address = freeAddress();
  const it = await keeper.serve(address, ["move", "serve"]);
  // Descriptors are compared each second.
  await holds(
    "it serves",
    async () => await ask(address) === `${it.pid}`,
    1_500,
  );
});

Deno.test("a socket has the flags that the gateway has given it", async () => {
  await using keeper = await KeeperProcess.start();
  const first = keeper.launch([`tcp:${freeAddress()}`, "flags"], NONE);
  const second = keeper.launch(
    ["blocking", `tcp:${freeAddress()}`, "flags"],
    NONE,
  );
  await first.writes("flags nonblock cloexec");
  await second.writes("flags block inherit");
});

Deno.test("a connection from a chosen port ends when the gateway closes it", async () => {
  await using keeper = await KeeperProcess.start();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = freeAddress();
  const it = keeper.launch([
    `bind:${address}`,
    `connect:127.0.0.1:${listener.addr.port}`,
    "sleep:60000",
  ], NONE);
  using connection = await listener.accept();
  assertEquals(connection.remoteAddr.transport, "tcp");
  assertEquals(
    (connection.remoteAddr as Deno.NetAddr).port,
    Number(address.split(":")[1]),
  );
  const bytes = new Uint8Array(8);
  assertEquals(await connection.read(bytes), 1);
  assertEquals(await connection.read(bytes), null);
  assertEquals(
    it.output,
    `bind ${address} ok\nconnect 127.0.0.1:${listener.addr.port} ok\n`,
  );
});

Deno.test("connections from one chosen port follow each other", async () => {
  await using keeper = await KeeperProcess.start();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = freeAddress();
  const to = `127.0.0.1:${listener.addr.port}`;
  // The server's side closes first: so nothing waits at the client's.
  const serving = (async () => {
    for (let i = 0; i < 2; i++) (await listener.accept()).close();
  })();
  const it = keeper.launch([
    ...[`bind:${address}`, "linger:50", `connect:${to}`],
    ...[`bind:${address}`, `connect:${to}`],
  ], NONE);
  assertEquals(await it.end(), 0);
  assertEquals(
    it.output,
    `bind ${address} ok\nconnect ${to} ok\n`.repeat(2),
  );
  await serving;
});

Deno.test("a child's listener belongs to its gateway, and so does one that a wrapper has started", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 0 });
  const address = freeAddress();
  const it = keeper.launch([`child:tcp:${address},serve`, "sleep:60000"]);
  await keeper.says(`listening ${it.pid} ${address}`);
  await keeper.go(it, address);
  const child = await ask(address);
  assertEquals(child === `${it.pid}`, false);
  assertEquals(/^\d+$/.test(child), true);
  // It is still open in the child, though not in the process that is to end.
  await keeper.command(`end ${it.pid}`);
  await holds("it serves", async () => await ask(address) === child, 300);
});

Deno.test("a child that outlives its gateway does not keep the gateway's port, and binds for itself", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 0 });
  const address = freeAddress();
  const own = freeAddress();
  const it = keeper.launch([
    `child:sleep:500,tcp:${own},serve`,
    `tcp:${address}`,
    "crash",
  ], NONE);
  await keeper.says(`gone ${it.pid}`);
  await keeper.says(`closed ${address}`);
  await it.writes(`tcp ${own} ok`);
  assertEquals(/^\d+$/.test(await ask(own)), true);
  assertEquals(keeper.lines.some((line) => line.includes(own)), false);
});

Deno.test("a gateway whose memory cannot be read is passed through, and said so", async () => {
  // Root could read it.
  const unprivileged = [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
  ];
  using folder = temporaryFolder();
  Deno.chmodSync(folder.path, 0o777);
  await using keeper = await KeeperProcess.start({
    prefix: unprivileged,
    socket: `${folder.path}/keeper`,
  });
  const address = freeAddress();
  const it = keeper.launch(["hidden", `tcp:${address}`, "serve"], {
    prefix: unprivileged,
  });
  await it.writes(`tcp ${address} ok`);
  assertEquals(keeper.of(it), ["joined", "unreadable"]);
  assertEquals(await ask(address), `${it.pid}`);
});

Deno.test("a gateway that has given its rights up can share other ports, but gains no privileged one", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const it = keeper.launch(
    ["uid:65534", `tcp:${address}`, "tcp:127.0.0.1:79"],
    NONE,
  );
  await it.end();
  assertEquals(
    it.output,
    `uid ok\ntcp ${address} ok\ntcp 127.0.0.1:79 EACCES\n`,
  );
  await keeper.says(`gone ${it.pid}`);
  assertEquals(keeper.of(it), [
    "joined",
    `bound ${address}`,
    "unshared tcp 127.0.0.1:79",
    "gone",
  ]);
});

Deno.test("a privileged port is shared where the gateway could have it", async () => {
  await using keeper = await KeeperProcess.start();
  const address = `${freeHost()}:83`;
  const it = await keeper.serve(address);
  assertEquals(await ask(address), `${it.pid}`);
});

Deno.test("a gateway in a network of its own is left alone", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const it = keeper.launch(["network", `tcp:0.0.0.0:${address.split(":")[1]}`]);
  await it.end();
  await keeper.says(`gone ${it.pid}`);
  assertEquals(keeper.of(it), [
    "joined",
    `unshared tcp 0.0.0.0:${address.split(":")[1]}`,
    "gone",
  ]);
  assertEquals(await ask(address), "ConnectionRefused");
});

Deno.test("more listeners than the keeper has room for are bound by the kernel", async () => {
  await using keeper = await KeeperProcess.start();
  const port = freePort();
  const programs = Array.from({ length: 5 }, (_, n) => {
    const addresses = Array.from(
      { length: 30 },
      (_, i) => `tcp:127.0.${n + 1}.${i + 1}:${port}`,
    );
    return keeper.launch([...addresses, "sleep:60000"], NONE);
  });
  for (const [n, it] of programs.entries()) {
    await it.writes(`tcp 127.0.${n + 1}.30:${port} ok`);
  }
  const count = (word: string) =>
    keeper.lines.filter((line) => line.startsWith(word)).length;
  assertEquals([count("bound"), count("unshared")], [128, 22]);
});

Deno.test("binds that signals interrupt are made again, as before Linux 5.19", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 0 });
  const address = freeAddress();
  const it = keeper.launch(
    Array.from({ length: 1_000 }, () => [`tcp:${address}`, "close"]).flat(),
    { ...NONE, prefix: [await compileProgram("confine"), "before-5.19", "--"] },
  );
  await keeper.says(`joined ${it.pid}`);
  await until("it has ended", () => {
    for (let i = 0; i < 3; i++) {
      it.signal("SIGSTOP");
      it.signal("SIGCONT");
    }
    return it.hasEnded;
  });
  await it.end();
  assertEquals(it.output, `tcp ${address} ok\n`.repeat(1_000));
});
