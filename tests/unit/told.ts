/**
 * What a reporter is told.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Reporter } from "../../lib/report.ts";

/** The only thing that is told, with its level before it. */
export function told(tell: (report: Reporter) => void): string {
  const lines: string[] = [];
  const at = (level: string) => (text: string) => {
    lines.push(`${level}: ${text}`);
  };
  tell({
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
  });
  assertEquals(lines.length, 1);
  return lines.join("");
}
