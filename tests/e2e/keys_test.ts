import { assertEquals } from "@std/assert";
import { startedPids, writeScript } from "../helpers/processes.ts";
import { RUN, testOnTerminal as test } from "../helpers/on_terminal.ts";

test("the key r restarts the gateway though nothing has changed, and q leaves with 0", async (terminal) => {
  await terminal.type(RUN);
  await terminal.shows("ready in");
  await terminal.gives("keys");
  await terminal.type("r");
  await terminal.shows("restarting the gateway as asked");
  await terminal.shows("ready in", 2);
  await terminal.type("q");
  await terminal.isLeft();
  await terminal.gives("lines");
  await terminal.type("echo code $?\n");
  await terminal.shows("code 0");
});

test(
  "the key c checks and restarts nothing, and r restarts nothing that is refused",
  async (terminal, place) => {
    await terminal.type(RUN);
    await terminal.shows("ready in");
    await terminal.type("c");
    await terminal.shows("and nothing has changed");
    await Deno.writeTextFile(place.file, "{");
    await terminal.shows("is refused");
    await terminal.type("c");
    await terminal.shows("is refused", 2);
    await terminal.type("r");
    await terminal.shows("is refused", 3);
    assertEquals(terminal.count("ready in"), 1);
    assertEquals(await place.statusOf("/one"), 200);
  },
);

test("the key ? shows the keys, and text that is pasted does nothing", async (terminal) => {
  await terminal.type(RUN);
  await terminal.shows("ready in");
  await terminal.type("?");
  await terminal.shows("c  check now and tell");
  await terminal.type("curl -q\n");
  await terminal.type("\x1b[?1;2c");
  await terminal.until("a check that was asked for is told", async () => {
    // What is typed too soon after the text counts as a part of it.
    await terminal.type("c");
    return terminal.count("and nothing has changed") > 0;
  });
  assertEquals(terminal.count("as asked"), 0);
});

test("the terminal is given back when the gateway was killed and krakend-watch leaves, too", async (terminal) => {
  await terminal.type(RUN);
  await terminal.shows("ready in");
  const [pid = 0] = startedPids(terminal.screen.split("\n"));
  Deno.kill(pid, "SIGKILL");
  await terminal.shows("was ended by SIGKILL");
  await terminal.shows("ready in", 2);
  await terminal.type("c");
  await terminal.shows("and nothing has changed");
  await terminal.type("\x03");
  await terminal.isLeft();
  await terminal.gives("lines");
});

for (const signal of ["SIGTERM", "SIGINT", "SIGQUIT"] as const) {
  test(`the terminal is given back after ${signal}`, async (terminal) => {
    await terminal.type(RUN);
    await terminal.shows("ready in");
    await terminal.gives("keys");
    Deno.kill(await terminal.pid, signal);
    await terminal.isLeft();
    await terminal.gives("lines");
    await terminal.type("echo code $?\n");
    await terminal.shows("code 0");
  });
}

test("the terminal is given back when krakend-watch refuses to begin", async (terminal) => {
  await terminal.type("./kw run -c missing.json; echo code $?\n");
  await terminal.shows("code 2");
  await terminal.gives("lines");
});

test(
  "as the first program of a terminal, as in docker run -it, it has keys, and Ctrl-Z does not stop it",
  async (terminal, place) => {
    await terminal.shows("ready in");
    await terminal.gives("keys");
    await terminal.type("\x1a");
    await terminal.type("c");
    await terminal.shows("and nothing has changed");
    assertEquals(await place.statusOf("/one"), 200);
    await terminal.type("\x03");
    assertEquals(await terminal.code, 0);
  },
  `exec ${RUN.trim()}`,
);

for (
  const [what, line] of [
    ["that is no terminal is not read", `echo rqq | ${RUN}`],
    ["that has ended is no reason to leave", `true | ${RUN}`],
    ["that is closed is no reason to leave", RUN.replace("\n", " <&-\n")],
  ] as const
) {
  test(`a standard input ${what}`, async (terminal, place) => {
    await terminal.type(line);
    await terminal.shows("ready in");
    await terminal.gives("lines");
    await place.save("/two");
    await place.serves("/two");
    assertEquals(terminal.count("as asked"), 0);
  });
}

test(
  "--status shows the state as the title, and gives the old one back",
  async (terminal, place) => {
    await terminal.type("./kw -v --status run -c krakend.json\n");
    await terminal.shows("\x1b[22;0t");
    await terminal.shows("\x1b]0;krakend-watch: checking\x07");
    await terminal.shows("\x1b]0;krakend-watch: ready\x07");
    await Deno.writeTextFile(place.file, "{");
    await terminal.shows("\x1b]0;krakend-watch: refused\x07");
    await terminal.type("q");
    await terminal.isLeft();
    await terminal.shows("\x1b[23;0t");
  },
);

test(
  "the key q waits for the gateway, and once more does not",
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
    await terminal.gives("keys");
    await terminal.type("q");
    await terminal.shows("sent SIGTERM");
    await terminal.type("q");
    await terminal.shows("killing the gateway");
    await terminal.isLeft();
    await terminal.gives("lines");
  },
);

test("on a dumb terminal there is no title and no colour", async (terminal) => {
  await terminal.type("TERM=dumb ./kw -v --status run -c krakend.json\n");
  await terminal.shows("ready in");
  assertEquals(terminal.count("\x1b"), 0);
});
