/**
 * How much of a setting may be shown, by where it stands.
 *
 * @module
 */

import { looksSecret } from "../secrets.ts";

/** Keys and, for members of lists, numbers: the way to a setting. */
export type Path = readonly (string | number)[];

/** Settings of components such as `auth/validator` that anybody may know. */
const OPEN =
  /^(?:alg|audience|cache|cache_duration|issuer|jwk_local_ca|jwk_local_path|jwk_url|kid|roles|scopes|scopes_matcher)$/;

/** Whether a component deals with secrets, so that texts under any name of its own may be some, such as the users of `auth/basic`. */
export function isSecretive(component: string): boolean {
  return component.includes("/") &&
    looksSecret(component.replaceAll("/", " "));
}

/** Whether a setting of a secretive component can be shown. */
export function isOpen(name: string): boolean {
  return OPEN.test(name);
}

/** Whether only what stands under the names is secret, and the names are none: headers. */
export function holdsHeaders(name: string): boolean {
  return /(?:^|[_-])headers?$|^header\./i.test(name);
}

/** What must not be shown of a setting: nothing, its texts and numbers, or all of it. */
export type Secrecy = "none" | "texts" | "all";

/** Finds out what must not be shown of a setting. */
export function secrecyOf(path: Path): Secrecy {
  const names = path.filter((key) => typeof key === "string");
  if (names.some(looksSecret)) return "all";
  const component = names.findLastIndex(isSecretive);
  if (component < 0) return "none";
  return names.slice(component + 1).some(isOpen) ? "none" : "texts";
}
