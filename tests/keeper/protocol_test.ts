import { assertEquals } from "@std/assert";
import { until } from "../../scripts/lab/until.ts";
import {
  ask,
  freeAddress,
  KeeperProcess,
  PROBE,
  Program,
} from "./keeper_process.ts";

Deno.test("lines that are no commands are passed over, and commands may come in pieces", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const it = keeper.launch([`tcp:${address}`, "serve"]);
  await keeper.says(`listening ${it.pid} ${address}`);
  const other = new Program([PROBE, "sleep:60000"]);
  const garbage = [
    ...["", " ", "go", "go ", "go x", "go -1", "go 0", "go 1", "go 99999999"],
    ...[`go ${it.pid} `, `go ${it.pid}x`, `go  ${it.pid}`, ` go ${it.pid}`],
    ...[`GO ${it.pid}`, `go ${it.pid}\r`, `go 0x10`, "bye ", "byebye"],
    ...["watch 0", "watch 1", "watch -1", "watch 18446744073709551615"],
    ...[`watch ${2 ** 32 + other.pid}`, `end ${other.pid}`, `go ${other.pid}`],
    ...[`go ${it.pid}${" ".repeat(80)}`, "x".repeat(100_000), "\0\0\xff"],
    ...[`go ${"0".repeat(70)}${it.pid}`, `unwatch ${it.pid}`],
    // The part that fits into the keeper's buffer would be a command.
    `go ${`${it.pid}`.padStart(60, "0")}x`,
  ];
  await keeper.write(garbage.map((line) => `${line}\n`).join(""));
  await keeper.write("g");
  assertEquals(await ask(address), "ConnectionRefused");
  await keeper.write(`o ${it.pid}`);
  assertEquals(await ask(address), "ConnectionRefused");
  await keeper.write("\n");
  await keeper.says(`serving ${it.pid} ${address}`);
  assertEquals(await ask(address), `${it.pid}`);
  await keeper.closeInput();
  assertEquals(await it.end(), 0);
  assertEquals(await keeper.end(), 0);
  assertEquals(other.hasEnded, false);
  other.signal("SIGKILL");
  await other.end();
});

Deno.test("a reader that stalls loses lines, whole ones, and stalls nothing", async () => {
  await using keeper = new KeeperProcess({ isRead: false });
  const address = freeAddress();
  // 128 kB and more: the pipe takes 64 kB, the keeper's buffer 8 kB.
  const programs = Array.from({ length: 3 }, () =>
    keeper.launch(
      Array.from(
        { length: 1_000 },
        () => [`udp:127.0.0.9:${address.split(":")[1]}`, "close"],
      ).flat(),
    ));
  for (const it of programs) assertEquals(await it.end(), 0);
  const active = keeper.launch([`tcp:${address}`, "serve"]);
  await until("it is let go", async () => {
    await keeper.command(`go ${active.pid}`);
    return await ask(address) === `${active.pid}`;
  });
  keeper.read();
  await until("the rest is read", () => keeper.lines.length > 1_000);
  assertEquals(keeper.lines.length < 3_000, true);
  for (const line of keeper.lines) {
    assertEquals(
      /^(ready|(joined|gone|bound|listening|serving|unshared udp|taken|unshared) [^ ].*)$/
        .test(line),
      true,
      line,
    );
  }
  const next = await keeper.serve(address);
  assertEquals(await ask(address), `${next.pid}`);
});

Deno.test("a reader that is gone stalls nothing", async () => {
  const address = freeAddress();
  const silent = `@keeper-test-${crypto.randomUUID()}`;
  const { KEEPER } = await import("./keeper_process.ts");
  const child = new Deno.Command("sh", {
    args: ["-c", '"$0" keep "$1" 0 2000 | :', KEEPER, silent],
    stdin: "piped",
  }).spawn();
  const it = new Program([
    KEEPER,
    "launch",
    silent,
    "1",
    PROBE,
    `tcp:${address}`,
    "serve",
  ]);
  await it.writes(`tcp ${address} ok`);
  assertEquals(await ask(address), `${it.pid}`);
  await child.stdin.close();
  assertEquals(await it.end(), 0);
  await child.status;
});

Deno.test("many instances come and go; their children that stay give way at last", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 0 });
  const address = freeAddress();
  let active: Program | undefined;
  for (let i = 0; i < 70; i++) {
    const it = await keeper.serve(address, [
      "child:quiet,sleep:8000",
      "serve",
    ]);
    active?.signal("SIGKILL");
    active = it;
  }
  assertEquals(await ask(address), `${active?.pid}`);
  assertEquals(
    keeper.lines.filter((line) => line.startsWith("serving")).length,
    70,
  );
});

Deno.test("usage is an error", async () => {
  const { KEEPER } = await import("./keeper_process.ts");
  for (
    const args of [
      [],
      ["keep"],
      ["keep", "@x", "1"],
      ["keep", "@x", "1", "y"],
      ["keep", "@x", "-1", "1"],
      ["keep", "@x", "", "1"],
      ["x"],
    ]
  ) {
    const it = new Program([KEEPER, ...args]);
    assertEquals(await it.end(), 2, args.join(" "));
    assertEquals(
      it.output.startsWith("usage: keep SOCKET QUEUE_MS KILL_MS [FOLDER]\n"),
      true,
      args.join(" "),
    );
  }
});
