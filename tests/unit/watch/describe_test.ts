import { assertEquals } from "@std/assert";
import { describe } from "../../../lib/list.ts";
import { JSON_FILES } from "../../helpers/observer.ts";
import { succeeds } from "../../helpers/processes.ts";
import { Folder } from "./support.ts";

Deno.test("each file is described by its reason, how it is watched and where it really is", async () => {
  await using folder = await Folder.make();
  folder.write("..1/a.json");
  folder.link("..data", "..1");
  folder.link("a.json", "..data/a.json");
  const inputs = [
    { path: folder.at("a.json"), why: "the configuration" },
    { path: folder.path, why: "FC_PARTIALS", tree: JSON_FILES },
    { path: folder.at("none.pem"), why: "tls.public_key" },
  ];
  const how = "events, sweep every 500 ms";
  const real = folder.at("..1/a.json");
  assertEquals(await describe(inputs, { sweepMs: 500 }), [
    { path: real, why: "FC_PARTIALS", how, real },
    { path: folder.at("a.json"), why: "the configuration", how, real },
    {
      path: folder.at("none.pem"),
      why: "tls.public_key",
      how,
      real: undefined,
    },
  ]);
});

Deno.test("with --poll, each file is polled", async () => {
  await using folder = await Folder.make();
  const inputs = [{ path: folder.write("a"), why: "" }];
  const [described] = await describe(inputs, { sweepMs: 500, pollMs: 50 });
  assertEquals(described?.how, "poll every 50 ms");
});

Deno.test("a file whose real path is not UTF-8 is not taken for missing", async () => {
  await using folder = await Folder.make();
  const script = "echo > $'a\\377' && ln -s $'a\\377' b";
  const command = `cd '${folder.path}' && ${script}`;
  assertEquals(await succeeds("bash", "-c", command), true);
  const path = folder.at("b");
  const [described] = await describe([{ path, why: "" }], { sweepMs: 500 });
  assertEquals(described?.real, path);
});
