/**
 * Which gateway the tests run against.
 *
 * @module
 */

import { findGateway } from "../../scripts/gateway/build.ts";

/** Whether it is the one of scripts/gateway, which has listeners and upgrades of its own for tests. */
export const IS_TEST_GATEWAY = await isTestGateway();

async function isTestGateway(): Promise<boolean> {
  const { stderr } = await new Deno.Command(await findGateway(), {
    args: ["version"],
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stderr).includes("-test");
}
