import { createEntryPoint, refuseToStartUnconfigured } from "./entry-point.ts";
import { createImportMessages } from "./import-messages.ts";
import { createImportObject } from "./import-object.ts";

refuseToStartUnconfigured();

/** Imports the object that a notification of Cloud Storage, or a continuation of ours, names. */
export const importObject = createEntryPoint("importObject", createImportObject);

/** Imports the events of a message of the events topic. */
export const importMessages = createEntryPoint("importMessages", createImportMessages);
