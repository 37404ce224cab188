/**
 * The events that krakend-watch writes with `--log-format=json`.
 *
 * @module
 */

import type { Event, EventRecord } from "../../lib/event.ts";
import type { Playground } from "./playground.ts";

type Name = Event["event"];
/** The record of an event with a name. */
export type RecordOf<N extends Name> = EventRecord & { readonly event: N };

/** Returns the events among lines; what a gateway prints is none. */
export function eventsOf(lines: readonly string[]): EventRecord[] {
  return lines.filter((line) => line.startsWith("{")).map((line) =>
    JSON.parse(line)
  );
}

/** Waits for an event, and returns the last one of its name. */
export async function eventIn<N extends Name>(
  place: Playground,
  name: N,
  isIt: (event: RecordOf<N>) => boolean = () => true,
): Promise<RecordOf<N>> {
  const find = () =>
    eventsOf(place.lines).findLast((it): it is RecordOf<N> =>
      it.event === name && isIt(it as RecordOf<N>)
    );
  await place.until(`the event ${name} is written`, () => find() !== undefined);
  return find() as RecordOf<N>;
}

/** Waits until so many events of a name were written, and returns the last of these. */
export async function eventAt<N extends Name>(
  place: Playground,
  name: N,
  count: number,
): Promise<RecordOf<N>> {
  const find = () =>
    eventsOf(place.lines).filter((it): it is RecordOf<N> => it.event === name)
      .at(count - 1);
  await place.until(
    `the event ${name} is written ${count} times`,
    () => find() !== undefined,
  );
  return find() as RecordOf<N>;
}
