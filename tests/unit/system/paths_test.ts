import { assertEquals } from "@std/assert";
import { isWithin } from "../../../lib/system/paths.ts";

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
    const found = isWithin(path, folder, "linux");
    assertEquals(found, expected, `${path} in ${folder}`);
  }
});

Deno.test("isWithin() minds the case on Linux, and not on macOS and Windows", () => {
  const path = "/Etc/KrakenD/a.json";
  assertEquals(isWithin(path, "/etc/krakend", "linux"), false);
  assertEquals(isWithin(path, "/etc/krakend", "darwin"), true);
  // macOS may write an umlaut as two characters.
  assertEquals(isWithin("/a\u0308/b", "/\u00e4", "darwin"), true);
});

Deno.test("isWithin() takes both slashes of Windows", () => {
  const cases: [string, string, boolean][] = [
    ["C:\\KrakenD\\conf\\a.json", "c:\\krakend", true],
    ["C:/KrakenD/conf/a.json", "c:\\krakend\\conf", true],
    ["C:\\KrakenD2", "C:\\KrakenD", false],
    ["C:\\a", "C:\\", true],
    ["D:\\a", "C:\\", false],
  ];
  for (const [path, folder, expected] of cases) {
    const found = isWithin(path, folder, "windows");
    assertEquals(found, expected, `${path} in ${folder}`);
  }
});
