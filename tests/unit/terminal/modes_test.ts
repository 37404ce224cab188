import { assertEquals, assertThrows } from "@std/assert";
import { Modes, type ModesSystem } from "../../../lib/terminal/modes.ts";

/** A system that notes what is asked of it. */
function fakeSystem(os: typeof Deno.build.os) {
  const done: string[] = [];
  const system: ModesSystem = {
    os,
    stty(args) {
      done.push(["stty", ...args].join(" "));
      return args[0] === "-g" ? "500:5:bf:8a3b\n" : "";
    },
    setRaw: (on) => void done.push(`setRaw ${on}`),
  };
  return { system, done };
}

for (const os of ["linux", "darwin"] as const) {
  Deno.test(`on ${os}, modes are set by stty, and set back to what they were before the first time`, () => {
    const { system, done } = fakeSystem(os);
    const modes = new Modes(system);
    modes.giveKeys();
    modes.giveKeys();
    modes.restore();
    modes.restore();
    const keys = "stty -icanon -echo min 1 time 0";
    assertEquals(done, ["stty -g", keys, keys, "stty 500:5:bf:8a3b"]);
    modes.giveKeys();
    assertEquals(done.slice(4), ["stty -g", keys]);
  });
}

Deno.test("on Windows, modes are set by the runtime", () => {
  const { system, done } = fakeSystem("windows");
  const modes = new Modes(system);
  modes.giveKeys();
  modes.restore();
  assertEquals(done, ["setRaw true", "setRaw false"]);
});

Deno.test("without stty there are no keys", () => {
  const { system } = fakeSystem("linux");
  const stty = () => {
    throw new Deno.errors.NotFound();
  };
  assertThrows(
    () => new Modes({ ...system, stty }).giveKeys(),
    Deno.errors.NotFound,
  );
});
