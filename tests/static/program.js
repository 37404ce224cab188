#!/usr/bin/env -S deno run -A
// The program of the tests that the Deno CLI runs. Its first word says what to do.
const [command, ...words] = Deno.args;
// deno-lint-ignore no-console -- the test reads standard output
const print = (value) => console.log(JSON.stringify(value));

switch (command) {
  case "words":
    print(words);
    break;
  case "environment":
    print(Deno.env.toObject());
    break;
  case "child": {
    const { stdout } = await new Deno.Command(words[0], {
      args: words.slice(1),
      stderr: "inherit",
    }).output();
    await Deno.stdout.write(stdout);
    break;
  }
  case "about": {
    const { readFileSync } = await import("node:fs");
    print({
      main: import.meta.main,
      execPath: Deno.execPath(),
      pid: Deno.pid,
      commandLine: readFileSync("/proc/self/cmdline", "utf8").split("\0"),
    });
    break;
  }
  case "input":
    print(await new Response(Deno.stdin.readable).text());
    break;
  case "recurse":
    try {
      const descend = () => descend() + 1;
      descend();
    } catch (error) {
      print(error.constructor.name);
    }
    break;
  case "watch": {
    const watcher = Deno.watchFs(words[0]);
    setTimeout(() => Deno.writeTextFileSync(`${words[0]}/file`, ""), 10);
    for await (const _ of watcher) break;
    print("seen");
    break;
  }
  case "fetch": {
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      () => new Response("answer"),
    );
    print(
      await (await fetch(`http://${words[0]}:${server.addr.port}/`)).text(),
    );
    await server.shutdown();
    break;
  }
  case "wait":
    print("ready");
    setInterval(() => {}, 1_000);
    break;
  case "throw":
    throw new Error("on purpose");
  case "exit":
    Deno.exit(Number(words[0]));
}
