/**
 * Which gateway the tests run against.
 *
 * @module
 */

import { findGateway, isTestGateway } from "../../scripts/gateway/build.ts";

/** Whether it is the one of scripts/gateway, which has more to test with than KrakenD. */
export const IS_TEST_GATEWAY = await isTestGateway(await findGateway());
