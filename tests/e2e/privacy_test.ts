import { assert, assertEquals } from "@std/assert";
import { Playground } from "../helpers/playground.ts";
import { writeScript } from "../helpers/processes.ts";
import { withoutKeeper } from "../helpers/swap.ts";

/** The processes that a process has started, and those that these have (Linux). */
function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const { name } of Deno.readDirSync("/proc")) {
    const [, parent] = fieldsOf(name);
    if (parent) parents.set(Number(name), Number(parent));
  }
  const found = [pid];
  for (const it of found) {
    for (const [child, parent] of parents) if (parent === it) found.push(child);
  }
  return found.slice(1);
}

function fieldsOf(pid: string): string[] {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string[] {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/environ`).split("\0");
  } catch {
    return [];
  }
}

for (const way of ["with", "without"]) {
  Deno.test(
    `${way} the keeper, no process that krakend-watch starts gets its variables`,
    {
      ignore: Deno.build.os !== "linux",
    },
    async () => {
      await using place = await Playground.open();
      const gateway = await writeScript(
        place.folder,
        "gateway",
        `[ "$1" = check ] && env > check.env
       [ "$1" = run ] && env > run.env
       exec "${place.gateway}" "$@"`,
      );
      const watch = await place.startAndServe({
        env: {
          KRAKEND_BIN: gateway,
          KRAKEND_WATCH_SETTLE: "20ms",
          KRAKEND_WATCH_ON_EVENT: "env > event.env; sleep 1000",
          KRAKEND_WATCH_WATCH: "secret",
          KRAKEND_WATCH_CHANGED: "secret",
        },
        ...way === "without" ? { program: await withoutKeeper(place) } : {},
      });
      // A check that explains, and one without the keeper.
      await Deno.writeTextFile(place.file, '{"version": 3, "port": "x"}');
      await place.reports("is refused");
      const running = descendantsOf(watch.pid);
      assert(running.length >= 3, `${running}`);
      const files = ["check", "run", "event"].map((name) =>
        Deno.readTextFileSync(place.path(`${name}.env`)).split("\n")
      );
      const environments = [...running.map(environmentOf), ...files];
      const ours = environments.flat().filter((it) =>
        /^KRAKEND_(WATCH|BIN)/.test(it)
      );
      // That of the command of --on-event.
      assertEquals(
        ours.filter((it) => !it.startsWith("KRAKEND_WATCH_EVENT=")),
        [],
      );
    },
  );
}

const SECRET = "hunter2-correct-horse";

/** Components that hold what nobody must read in a log. */
const COMPONENTS: Readonly<Record<string, unknown>> = {
  "modifier/lua-backend": {
    pre: `local password = '${SECRET}'\nprint("${SECRET}")`,
    live: false,
  },
  "validation/cel": [{ check_expr: `req_headers['X'][0] == '${SECRET}'` }],
  "security/policies": { req: { policies: [`hasHeader('${SECRET}')`] } },
  "backend/graphql": { query: `{ user(token: "${SECRET}") { id } }` },
  "modifier/martian": {
    "header.Modifier": { name: "Authorization", value: `Bearer ${SECRET}` },
  },
  "any/environment": [{ key: "DB_PASSWORD", val: SECRET }],
  "any/address": { dsn: `postgres://me:${SECRET}@db/x?sslkey=${SECRET}` },
};

/** Ways to break JSON at a secret: a quotation mark or a newline in it, the end behind it, no colon before it. */
const BREAKS: readonly ((before: string, after: string) => string)[] = [
  (before, after) => `${before}"${after}`,
  (before, after) => `${before}\n${after}`,
  (before, after) => before + after.slice(0, SECRET.length),
  (before, after) => before.replace(/": (?!.*": )/s, '" ') + after,
];

Deno.test("of scripts, expressions, policies, addresses and pairs of a name and a value, nothing is in the log, whatever breaks", async () => {
  await using place = await Playground.open();
  const watch = await place.startAndServe();
  let refusals = 0;
  for (const [name, component] of Object.entries(COMPONENTS)) {
    const settings = { extra_config: { [name]: component } };
    const text = place.configWith(settings, "/one");
    for (const breakIn of BREAKS) {
      const at = text.indexOf(SECRET) + 5;
      const broken = breakIn(text.slice(0, at), text.slice(at));
      await Deno.writeTextFile(place.file, broken);
      await place.reports("is refused", ++refusals);
    }
  }
  const ours = watch.lines.filter((it) => it.startsWith("krakend-watch:"));
  assertEquals(ours.filter((it) => /hunte|correct|horse/.test(it)), []);
});

/** YAML with a secret in a text of several lines, behind an anchor, a tag, a wrapped value, and how it breaks. */
const YAML: readonly string[] = [
  `pre: |\n  local a = '${SECRET}'\n  ${SECRET}\n\tx: 1\n`,
  `name: "a\n  ${SECRET}\n`,
  `password: a\n  ${SECRET}: b\n`,
  `password: *${SECRET}\n`,
  `password: !${SECRET} [\n`,
  `password: >-\n  a\n  ${SECRET}\n other: 1\n`,
  `port: ${SECRET}\n`,
  `- ${SECRET}\n`,
];

Deno.test("of YAML with secrets in any place, nothing is in the log, whatever breaks", async () => {
  await using place = await Playground.open();
  const file = place.path("krakend.yaml");
  await Deno.writeTextFile(file, `version: 3\nport: ${place.port}\n`);
  const watch = place.start({ args: ["run", "-c", "krakend.yaml"] });
  await place.reports("ready in");
  for (const [i, text] of YAML.entries()) {
    await Deno.writeTextFile(file, `version: 3\n${text}`);
    await place.reports("is refused", i + 1);
  }
  const ours = watch.lines.filter((it) => it.startsWith("krakend-watch:"));
  assertEquals(ours.filter((it) => /hunter|correct|horse/.test(it)), []);
});
