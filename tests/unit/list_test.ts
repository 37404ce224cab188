import { assertEquals } from "@std/assert";
import { inputsOf } from "../../lib/inputs.ts";
import { listText } from "../../lib/list.ts";
import { parseMountInfo } from "../../lib/watch/mounts.ts";

const CWD = "/etc/krakend";
const CONFIG = `${CWD}/krakend.json`;

const INPUTS = inputsOf({
  cwd: CWD,
  configFile: CONFIG,
  watch: ["/share/a.pem", "gone"],
  patterns: undefined,
  named: [],
  folders: [],
  output: undefined,
  all: false,
});

const LISTING = {
  paths: [CONFIG, `${CWD}/gone`, "/share/a.pem"],
  folders: [],
  roots: [],
  inputs: new Map([
    [`${CWD}/..data/krakend.json`, CONFIG],
    ["/share/a.pem", "/share/a.pem"],
  ]),
  turnings: new Map<string, string>(),
  trees: [],
  isBrief: false,
};

const MOUNTS = parseMountInfo("1 0 0:1 / /share rw - nfs4 server:/ rw\n");

Deno.test("each input is shown with its reason, the way it is watched and where it really is", () => {
  const mode = { usesEvents: true, trustsEvents: false, intervalMs: 300 };
  assertEquals(
    listText(LISTING, { inputs: INPUTS, mode, mounts: MOUNTS }),
    `\
/etc/krakend/krakend.json  the configuration     events, sweep every 300 ms  -> /etc/krakend/..data/krakend.json
/etc/krakend/gone          --watch gone          events, sweep every 300 ms  (missing)
/share/a.pem               --watch /share/a.pem  poll every 300 ms`,
  );
});

Deno.test("without events, each input is only polled", () => {
  const mode = { usesEvents: false, trustsEvents: false, intervalMs: 50 };
  const text = listText(LISTING, { inputs: INPUTS, mode, mounts: [] });
  assertEquals(text.match(/events/g), null);
  assertEquals(text.match(/poll every 50 ms/g)?.length, 3);
});
