/**
 * What to tell a user who gets no events.
 *
 * @module
 */

import { messageOf } from "../errors.ts";

/** Why there are no events, what that means, and the remedy where there is one. */
export function describeTrouble(error: unknown): string {
  const message = messageOf(error);
  const remedy = /watch limit/i.test(message)
    ? "; raise it with sysctl fs.inotify.max_user_watches=524288"
    : /too many open files/i.test(message)
    ? "; raise the limit with sysctl fs.inotify.max_user_instances=1024"
    : /permission denied/i.test(message)
    ? "; let this user read the folder"
    : "";
  return `No file system events (${message}${remedy}): looking at the files once a second instead`;
}
