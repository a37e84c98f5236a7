import { MAX_EVENT_BYTES } from "../event/limits.ts";

/** No more of contents is looked at to tell their format: what is longer is no event. */
export const MAX_HEAD_BYTES = MAX_EVENT_BYTES + 64 * 1024;
