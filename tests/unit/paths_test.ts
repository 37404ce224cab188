import { assertEquals } from "@std/assert";
import { isWithin } from "../../lib/paths.ts";

Deno.test("isWithin() compares whole names", () => {
  const cases: [string, string, boolean][] = [
    ["/etc/krakend", "/etc/krakend", true],
    ["/etc/krakend/a/b", "/etc/krakend", true],
    ["/etc/krakend", "/etc/kra", false],
    ["/etc", "/etc/krakend", false],
    ["/etc/krakend/..data/a", "/etc/krakend", true],
    ["/etc", "/", true],
    ["/", "/", true],
  ];
  for (const [path, folder, expected] of cases) {
    assertEquals(isWithin(path, folder), expected, `${path} in ${folder}`);
  }
});
