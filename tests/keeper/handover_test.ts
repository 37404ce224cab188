import { assertEquals } from "@std/assert";
import { delay } from "@std/async";
import { freePort } from "../../scripts/lab/config.ts";
import { holds, until } from "../../scripts/lab/until.ts";
import {
  ask,
  freeAddress,
  KeeperProcess,
  PROBE,
  Program,
} from "./keeper_process.ts";
import { compileProgram } from "./programs.ts";

/** Asserts that one instance answers, and no other. */
async function isAnsweredBy(address: string, it: Program): Promise<void> {
  for (let i = 0; i < 20; i++) assertEquals(await ask(address), `${it.pid}`);
}

/** Starts an instance, and waits until it asks to listen. */
async function hold(
  keeper: KeeperProcess,
  address: string,
  actions: readonly string[] = ["serve"],
): Promise<Program> {
  const it = keeper.launch([`tcp:${address}`, ...actions]);
  await keeper.says(`listening ${it.pid} ${address}`);
  return it;
}

/** Ends an instance as the supervisor does. */
async function end(keeper: KeeperProcess, it: Program): Promise<void> {
  await keeper.command(`end ${it.pid}`);
  it.signal("SIGTERM");
  assertEquals(await it.end(), 0);
  await keeper.says(`gone ${it.pid}`);
}

Deno.test("a candidate listens when it is let go, and then has all new connections", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const active = await hold(keeper, address);
  assertEquals(await ask(address), "ConnectionRefused");
  assertEquals(active.output, "");
  await keeper.go(active, address);
  await isAnsweredBy(address, active);
  assertEquals(active.output, `tcp ${address} ok\n`);

  const candidate = await hold(keeper, address);
  await isAnsweredBy(address, active);
  await keeper.go(candidate, address);
  await isAnsweredBy(address, candidate);
  await end(keeper, active);
  await isAnsweredBy(address, candidate);
  assertEquals(keeper.lines.includes(`closed ${address}`), false);
  await end(keeper, candidate);
  await keeper.says(`closed ${address}`);
  assertEquals(await ask(address), "ConnectionRefused");
  assertEquals(keeper.of(candidate), [
    "joined",
    `bound ${address}`,
    `listening ${address}`,
    `serving ${address}`,
    "gone",
  ]);
});

Deno.test("only the listen of the service's port is held", async () => {
  await using keeper = await KeeperProcess.start();
  const port = freePort();
  const metrics = `127.0.0.1:${port}`;
  const service = `127.0.0.1:${port + 1}`;
  const start = async () => {
    const it = keeper.launch([`tcp:${metrics}`, `tcp:${service}`, "serve"], {
      port: port + 1,
    });
    await keeper.says(`listening ${it.pid} ${service}`);
    await it.writes(`tcp ${metrics} ok`);
    return it;
  };
  const active = await start();
  assertEquals(await ask(service), "ConnectionRefused");
  await keeper.go(active, service);
  await isAnsweredBy(metrics, active);

  const candidate = await start();
  await isAnsweredBy(metrics, active);
  await isAnsweredBy(service, active);
  await keeper.go(candidate, service);
  await isAnsweredBy(metrics, candidate);
  await isAnsweredBy(service, candidate);
  assertEquals(keeper.of(candidate), [
    "joined",
    `bound ${metrics}`,
    `bound ${service}`,
    `listening ${service}`,
    `serving ${service}`,
  ]);
});

Deno.test("a candidate that is let go before it asks to listen is not held", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const it = keeper.launch(["sleep:200", `tcp:${address}`, "serve"]);
  await keeper.says(`joined ${it.pid}`);
  await keeper.go(it, address);
  await isAnsweredBy(address, it);
  assertEquals(keeper.of(it), [
    "joined",
    `bound ${address}`,
    `serving ${address}`,
  ]);
});

Deno.test("a listener that a served instance opens later is not held, and an older instance's gets no connections", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const later = freeAddress();
  const active = await keeper.serve(address, [
    "serve:600",
    `tcp:${later}`,
    "serve",
  ]);
  const candidate = await keeper.serve(address, [`tcp:${later}`, "serve"]);
  await isAnsweredBy(later, candidate);
  await active.writes(`tcp ${later} ok`);
  await isAnsweredBy(later, candidate);
});

Deno.test("a candidate that dies before it is let go touches nothing", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const active = await keeper.serve(address);
  for (const name of ["SIGKILL", "SIGTERM"] as const) {
    const candidate = await hold(keeper, address);
    candidate.signal(name);
    if (name === "SIGTERM") {
      // The probe has one thread, which waits: it can end only when its call does.
      await holds("it is held", () => !candidate.hasEnded, 100);
      candidate.signal("SIGKILL");
    }
    await keeper.says(`gone ${candidate.pid}`);
    await isAnsweredBy(address, active);
  }
  const candidate = await hold(keeper, address);
  await keeper.go(candidate, address);
  await isAnsweredBy(address, candidate);
});

Deno.test("of a candidate that dies after it was let go, new connections return to the one before", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const active = await keeper.serve(address);
  const candidate = await keeper.serve(address, ["serve:150", "crash"]);
  const seen = new Set<string>();
  await until("the one before answers again", async () => {
    seen.add(await ask(address));
    return candidate.hasEnded &&
      keeper.lines.at(-1) === `gone ${candidate.pid}`;
  });
  await isAnsweredBy(address, active);
  // Connections that the candidate had taken are lost with it: as ever.
  const usual = new Set([`${active.pid}`, `${candidate.pid}`]);
  assertEquals(
    seen.difference(usual).difference(new Set(["ConnectionReset", "nothing"])),
    new Set(),
  );
  assertEquals(keeper.lines.includes(`closed ${address}`), false);
});

Deno.test("connections can be returned by letting the one before go again", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const active = await keeper.serve(address);
  const candidate = await keeper.serve(address);
  await isAnsweredBy(address, candidate);
  await keeper.command(`go ${active.pid}`);
  await until(
    "the one before answers",
    async () => await ask(address) === `${active.pid}`,
  );
  await isAnsweredBy(address, active);
});

Deno.test("the newest instance, when it is to end, gives its connections back at once", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const active = await keeper.serve(address);
  const candidate = await keeper.serve(address);
  await isAnsweredBy(address, candidate);
  await keeper.command(`end ${candidate.pid}`);
  await until(
    "the one before answers",
    async () => await ask(address) === `${active.pid}`,
  );
  await isAnsweredBy(address, active);
});

Deno.test("of many instances that die in any order, the newest that lives answers", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const living: Program[] = [];
  for (let i = 0; i < 8; i++) living.push(await keeper.serve(address));
  await isAnsweredBy(address, living[7] as Program);
  for (const index of [2, 6, 0, 3, 2, 1]) {
    const [victim] = living.splice(index, 1);
    victim?.signal("SIGKILL");
    await keeper.says(`gone ${victim?.pid}`);
    await isAnsweredBy(address, living.at(-1) as Program);
  }
  // New ones come into a group with the holes of all that went.
  living.push(await keeper.serve(address));
  await isAnsweredBy(address, living.at(-1) as Program);
  living[0]?.signal("SIGKILL");
  await keeper.says(`gone ${living[0]?.pid}`);
  await isAnsweredBy(address, living.at(-1) as Program);
});

Deno.test("random walks: whatever ends, is held or let go, the newest that was let go answers", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 60_000 });
  const address = freeAddress();
  const served: Program[] = [];
  const held: Program[] = [];
  const pick = (list: Program[]) =>
    list.splice(Math.floor(Math.random() * list.length), 1)[0];
  const log: string[] = [];
  for (let step = 0; step < 80; step++) {
    const dice = Math.random();
    if (dice < 0.3 && held.length < 3) {
      held.push(await hold(keeper, address));
      log.push(`hold ${held.at(-1)?.pid}`);
    } else if (dice < 0.6 && served.length < 5) {
      const it = pick(held);
      if (!it) continue;
      await keeper.go(it, address);
      served.push(it);
      log.push(`go ${it.pid}`);
    } else if (dice < 0.7 && held.length) {
      const it = pick(held);
      it?.signal("SIGKILL");
      await keeper.says(`gone ${it?.pid}`);
      log.push(`kill ${it?.pid}`);
    } else if (dice < 0.85 && served.length > 1) {
      const it = pick(served) as Program;
      await end(keeper, it);
      log.push(`end ${it.pid}`);
    } else if (served.length > 1) {
      const it = pick(served);
      it?.signal("SIGKILL");
      await keeper.says(`gone ${it?.pid}`);
      log.push(`kill ${it?.pid}`);
    }
    const newest = served.at(-1);
    if (!newest) continue;
    for (let i = 0; i < 3; i++) {
      assertEquals(await ask(address), `${newest.pid}`, log.join("\n"));
    }
  }
});

Deno.test("clients of an instance that crashed wait for the next one", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 10_000 });
  const address = freeAddress();
  const active = await keeper.serve(address);
  active.signal("SIGKILL");
  await keeper.says(`gone ${active.pid}`);
  const answers = Array.from({ length: 5 }, () => ask(address));
  await delay(100);
  const next = await keeper.serve(address);
  assertEquals(await Promise.all(answers), Array(5).fill(`${next.pid}`));
  await isAnsweredBy(address, next);
});

Deno.test("clients wait for a candidate that was held already when the active instance crashed, at each of its ports", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 10_000 });
  const port = freePort();
  const service = `127.0.0.1:${port}`;
  const metrics = `[::1]:${port + 1}`;
  const active = keeper.launch([`tcp:${metrics}`, `tcp:${service}`, "serve"], {
    port,
  });
  await keeper.says(`listening ${active.pid} ${service}`);
  await keeper.go(active, service);
  const candidate = keeper.launch(
    [`bind:${metrics}`, "sleep:1000", "listen", `tcp:${service}`, "serve"],
    { port },
  );
  await keeper.says(`bound ${candidate.pid} ${metrics}`);
  active.signal("SIGKILL");
  await keeper.says(`gone ${active.pid}`);
  const answers = [service, metrics, service, metrics].map((it) => ask(it));
  await keeper.says(`listening ${candidate.pid} ${service}`);
  await keeper.go(candidate, service);
  assertEquals(await Promise.all(answers), Array(4).fill(`${candidate.pid}`));
  for (const address of [service, metrics]) {
    await isAnsweredBy(address, candidate);
  }
});

Deno.test("clients wait though candidates die one after the other", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 10_000 });
  const address = freeAddress();
  const active = await keeper.serve(address);
  active.signal("SIGKILL");
  await keeper.says(`gone ${active.pid}`);
  const answer = ask(address);
  for (let i = 0; i < 3; i++) {
    const candidate = await hold(keeper, address);
    candidate.signal("SIGKILL");
    await keeper.says(`gone ${candidate.pid}`);
  }
  const crash = await keeper.serve(address, ["crash"]);
  await keeper.says(`gone ${crash.pid}`);
  const next = await keeper.serve(address);
  assertEquals(await answer, `${next.pid}`);
});

Deno.test("a queue is kept for its time, and then closed", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 300 });
  const address = freeAddress();
  const active = await keeper.serve(address);
  active.signal("SIGKILL");
  await keeper.says(`gone ${active.pid}`);
  const answer = ask(address);
  assertEquals(keeper.lines.includes(`closed ${address}`), false);
  await keeper.says(`closed ${address}`);
  assertEquals(await answer, "ConnectionReset");
  assertEquals(await ask(address), "ConnectionRefused");
});

Deno.test("no queue is kept of an instance that is ended on purpose", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 60_000 });
  const address = freeAddress();
  const active = await keeper.serve(address, ["linger:60000", "serve"]);
  await keeper.command(`end ${active.pid}`);
  active.signal("SIGTERM");
  // It has closed its listener, and lives on.
  await keeper.says(`closed ${address}`);
  assertEquals(await ask(address), "ConnectionRefused");
  assertEquals(active.hasEnded, false);
});

Deno.test("an instance that stands still gets no connections once another one is let go", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const active = await keeper.serve(address);
  active.signal("SIGSTOP");
  const candidate = await keeper.serve(address);
  await isAnsweredBy(address, candidate);
  await keeper.command(`end ${active.pid}`);
  active.signal("SIGTERM");
  await holds("it stands still", () => !active.hasEnded, 200);
  await isAnsweredBy(address, candidate);
  active.signal("SIGKILL");
  await keeper.says(`gone ${active.pid}`);
  await isAnsweredBy(address, candidate);
});

Deno.test("the queue of a crashed instance waits though an older one is still being ended", async () => {
  await using keeper = await KeeperProcess.start({ queueMs: 10_000 });
  const address = freeAddress();
  const older = await keeper.serve(address);
  const active = await keeper.serve(address);
  older.signal("SIGSTOP");
  await keeper.command(`end ${older.pid}`);
  active.signal("SIGKILL");
  await keeper.says(`gone ${active.pid}`);
  const answer = ask(address);
  older.signal("SIGKILL");
  await keeper.says(`gone ${older.pid}`);
  const next = await keeper.serve(address);
  assertEquals(await answer, `${next.pid}`);
});

Deno.test("the service moves to another port, and to another address of the same port", async () => {
  await using keeper = await KeeperProcess.start();
  const port = freePort();
  const addresses = [
    `127.0.0.1:${port}`,
    `127.0.0.1:${port + 1}`,
    `0.0.0.0:${port + 1}`,
    `127.0.0.1:${port + 1}`,
    `[::]:${port + 1}`,
  ];
  let active: Program | undefined;
  for (const [n, address] of addresses.entries()) {
    const candidate = await keeper.serve(address);
    if (active) {
      await end(keeper, active);
      // Until then, a connection can get into a queue that nothing serves.
      const before = `closed ${addresses[n - 1]}`;
      const times = addresses.slice(0, n).filter((it) =>
        before.endsWith(` ${it}`)
      );
      await keeper.says(before, times.length);
    }
    active = candidate;
    await isAnsweredBy(`127.0.0.1:${address.split(":").at(-1)}`, candidate);
  }
});

Deno.test("a program of the same user that asks for the port to be shared gets none of its connections", async () => {
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const active = await keeper.serve(address);
  const stranger = new Program([PROBE, "shared", `tcp:${address}`, "serve"]);
  await stranger.writes(`tcp ${address} ok`);
  await isAnsweredBy(address, active);
  const candidate = await hold(keeper, address);
  await keeper.command(`go ${candidate.pid}`);
  await keeper.says(`taken ${candidate.pid} ${address}`);
  await isAnsweredBy(address, active);
  stranger.signal("SIGKILL");
  await stranger.end();
});

Deno.test("calls that signals interrupt are made again, as before Linux 5.19", async () => {
  const confine = await compileProgram("confine");
  await using keeper = await KeeperProcess.start();
  const address = freeAddress();
  const active = await keeper.serve(address);
  const candidate = keeper.launch([`tcp:${address}`, "serve"], {
    prefix: [confine, "before-5.19", "--"],
  });
  await keeper.says(`listening ${candidate.pid} ${address}`);
  for (let i = 0; i < 20; i++) {
    candidate.signal("SIGWINCH");
    candidate.signal("SIGCONT");
    candidate.signal("SIGSTOP");
    candidate.signal("SIGCONT");
  }
  await isAnsweredBy(address, active);
  await keeper.go(candidate, address);
  await isAnsweredBy(address, candidate);
  assertEquals(keeper.of(candidate), [
    "joined",
    `bound ${address}`,
    `listening ${address}`,
    `serving ${address}`,
  ]);
});
