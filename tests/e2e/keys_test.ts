import { assertEquals } from "@std/assert";
import {
  isRunning,
  startedPids,
  stateOf,
  writeScript,
} from "../helpers/processes.ts";
import { RUN, testOnTerminal as test } from "../helpers/on_terminal.ts";

test("r and Enter reloads though nothing has changed, and q and Enter stops with 0", async (terminal) => {
  await terminal.type(RUN);
  await terminal.shows("ready in");
  await terminal.type("r\n");
  await terminal.shows("reloading the gateway as asked");
  await terminal.shows("ready in", 2);
  await terminal.type("q\n");
  await terminal.isLeft();
  await terminal.type("echo code $?\n");
  await terminal.shows("code 0");
});

test(
  "c and Enter checks and reloads nothing, and r reloads nothing that is refused",
  async (terminal, place) => {
    await terminal.type(RUN);
    await terminal.shows("ready in");
    await terminal.type("c\n");
    await terminal.shows("and nothing has changed");
    await Deno.writeTextFile(place.file, "{");
    await terminal.shows("is refused");
    await terminal.type("c\n");
    await terminal.shows("is refused", 2);
    await terminal.type("r\n");
    await terminal.shows("is refused", 3);
    assertEquals(terminal.count("ready in"), 1);
    assertEquals(await place.statusOf("/one"), 200);
  },
);

test("h and Enter shows the keys, and other lines do nothing", async (terminal) => {
  await terminal.type(RUN);
  await terminal.shows("ready in");
  await terminal.type("curl -q\n");
  await terminal.type("rq\n");
  await terminal.type("h\n");
  await terminal.shows("c  check");
  assertEquals(terminal.count("as asked"), 0);
});

test("the modes of the terminal are never changed", async (terminal) => {
  await terminal.type(RUN);
  await terminal.shows("ready in");
  await terminal.type("c\n");
  await terminal.shows("and nothing has changed");
  await terminal.gives("lines");
});

for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
  test(`${signal} on a terminal stops with 0`, async (terminal) => {
    await terminal.type(RUN);
    await terminal.shows("ready in");
    Deno.kill(await terminal.pid, signal);
    await terminal.isLeft();
    await terminal.type("echo code $?\n");
    await terminal.shows("code 0");
  });
}

test("Ctrl-C reaches the gateway only through krakend-watch", async (terminal) => {
  await terminal.type(RUN);
  await terminal.shows("ready in");
  await terminal.type("\x03");
  await terminal.shows("sent SIGTERM");
  await terminal.isLeft();
});

test(
  "as the first program of a terminal, as in docker run -it, it has keys",
  async (terminal) => {
    await terminal.shows("ready in");
    await terminal.type("c\n");
    await terminal.shows("and nothing has changed");
    await terminal.type("\x03");
    assertEquals(await terminal.code, 0);
  },
  `exec ${RUN.trim()}`,
);

for (
  const [what, line] of [
    ["that is no terminal is not read", `printf 'r\\nq\\nq\\n' | ${RUN}`],
    ["that has ended is no reason to stop", `true | ${RUN}`],
    ["that is closed is no reason to stop", RUN.replace("\n", " <&-\n")],
  ] as const
) {
  test(`a standard input ${what}`, async (terminal, place) => {
    await terminal.type(line);
    await terminal.shows("ready in");
    await place.save("/two");
    await place.serves("/two");
    assertEquals(terminal.count("as asked"), 0);
  });
}

test(
  "q waits for the gateway, and once more does not",
  async (terminal, place) => {
    await writeScript(
      place.folder,
      "stubborn",
      `[ "$1" = check ] && exit 0
     trap "" TERM
     echo up
     while :; do sleep 0.1; done`,
    );
    await terminal.type(
      RUN.replace("./kw", "KRAKEND_BIN=./stubborn ./kw -t 1h"),
    );
    await terminal.shows("up");
    await terminal.type("q\n");
    await terminal.shows("sent SIGTERM");
    await terminal.type("q\n");
    await terminal.shows("killing the gateway");
    await terminal.isLeft();
  },
);

test("on a dumb terminal there is no colour", async (terminal) => {
  await terminal.type("TERM=dumb ./kw -v run -c krakend.json\n");
  await terminal.shows("ready in");
  assertEquals(terminal.count("\x1b"), 0);
});

test(
  "Ctrl-Z stops krakend-watch and not the gateway, and fg goes on",
  async (terminal, place) => {
    await terminal.type(RUN);
    await terminal.shows("ready in");
    await terminal.type("\x1a");
    await terminal.shows("Stopped");
    assertEquals(await place.statusOf("/one"), 200);
    await terminal.type("fg\n");
    await place.save("/two");
    await place.serves("/two");
    await terminal.type("c\n");
    await terminal.shows("and nothing has changed");
  },
);

test(
  "a job that goes on in the background does not read what is typed, and does so again in the foreground",
  async (terminal, place) => {
    await terminal.type(RUN);
    await terminal.shows("ready in");
    await terminal.type("\x1a");
    await terminal.shows("Stopped");
    await terminal.type("bg\n");
    await terminal.until(
      "it goes on",
      async () => await stateOf(await terminal.pid) !== "T",
    );
    await terminal.type("echo r$((1 + 1))c\n");
    await terminal.shows("r2c");
    assertEquals(await isRunning(await terminal.pid), true);
    await place.save("/two");
    await place.serves("/two");
    assertEquals(await stateOf(await terminal.pid) === "T", false);
    await terminal.type("fg\n");
    await terminal.until("it has the keys", async () => {
      await terminal.type("h\n");
      return terminal.count("c  check") > 0;
    });
  },
);

test(
  "a job that is started in the background takes keys when it comes to the foreground",
  async (terminal, place) => {
    await terminal.type(RUN.replace("\n", " &\n"));
    await place.serves("/one");
    assertEquals(terminal.count("shows the keys"), 0);
    await terminal.type("fg\n");
    await terminal.until("it has the keys", async () => {
      await terminal.type("h\n");
      return terminal.count("c  check") > 0;
    });
    await terminal.type("q\n");
    await terminal.isLeft();
  },
);

test("a gateway that was killed on a terminal is started again", async (terminal) => {
  await terminal.type(RUN);
  await terminal.shows("ready in");
  const [pid = 0] = startedPids(terminal.screen.split("\n"));
  Deno.kill(pid, "SIGKILL");
  await terminal.shows("was ended by SIGKILL");
  await terminal.shows("ready in", 2);
});

test(
  "Ctrl-C reaches a command that runs once a single time",
  async (terminal, place) => {
    await writeScript(
      place.folder,
      "counting",
      `trap 'echo "interrupt $((n += 1))"' INT
     trap 'exit 0' QUIT
     echo begun
     while :; do sleep 0.05; done`,
    );
    await terminal.type("./kw --once -- ./counting\n");
    await terminal.shows("begun");
    await terminal.type("\x03");
    await terminal.shows("interrupt 1");
    await terminal.type("\x1c");
    await terminal.isLeft();
    assertEquals(terminal.count("interrupt 2"), 0);
  },
);
