import { assert, assertEquals } from "@std/assert";
import { Lead } from "../../../lib/supervise/lead.ts";

Deno.test("nobody leads before a gateway has booted", () => {
  assertEquals(new Lead().ms, 0);
});

Deno.test("the lead is 0.6 of the fastest boot", () => {
  const lead = new Lead();
  for (const ms of [80, 50, 70]) lead.booted(ms);
  assertEquals(lead.ms, 30);
});

Deno.test("a gateway that was too early makes the lead shorter, however often that happens", () => {
  const lead = new Lead();
  lead.booted(100);
  let before = lead.ms;
  for (let i = 0; i < 20; i++) {
    lead.collided(90);
    assert(lead.ms < before && lead.ms > 0, `${lead.ms}`);
    before = lead.ms;
  }
});
