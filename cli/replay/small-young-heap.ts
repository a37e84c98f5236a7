import { setFlagsFromString } from "node:v8";

/**
 * Keeps this process from growing with what passes through it: letters live for the moment that a
 * few requests take, which V8 takes as a reason to let the space of young objects grow to 100 MB.
 * A V8 that does not know the flag any more says so, and changes nothing
 * (https://nodejs.org/api/v8.html#v8setflagsfromstringflags).
 */
export function keepYoungHeapSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
