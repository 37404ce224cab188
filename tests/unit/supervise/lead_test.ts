import { assert, assertEquals } from "@std/assert";
import { Lead } from "../../../lib/supervise/lead.ts";

Deno.test("nobody leads before a gateway has booted", () => {
  assertEquals(new Lead().ms, 0);
});

Deno.test("the lead is 0.6 of the fastest boot, once that is known", () => {
  const lead = new Lead();
  const leads = [80, 50, 70].map((ms) => {
    lead.booted(ms);
    return lead.ms;
  });
  assertEquals(leads, [16, 20, 30]);
});

Deno.test("the lead leaves time to give up the port, however fast a gateway boots", () => {
  const lead = new Lead();
  for (const ms of [15, 15, 15]) lead.booted(ms);
  assertEquals(lead.ms, 7);
  lead.booted(5);
  assertEquals(lead.ms, 0);
});

Deno.test("a gateway that was too early makes the lead shorter, however often that happens", () => {
  const lead = new Lead();
  lead.booted(100);
  const leads = [lead.ms];
  for (let i = 0; i < 20; i++) {
    lead.collided(90);
    leads.push(lead.ms);
  }
  assertEquals(leads, leads.toSorted((a, b) => b - a));
  assert(leads[1] !== undefined && leads[1] < 20, `${leads}`);
  assertEquals(leads.at(-1), 0);
});
