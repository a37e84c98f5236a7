import { record } from "../support/run-program.ts";
import { startBuild } from "./cloud-build.ts";
import { type Google, Refusal } from "./google.ts";
import { type Made, request, type Session } from "./session.ts";

type Inputs = Readonly<Record<string, unknown>>;

/** The id is kept as soon as the request is accepted; then the operation is polled. */
export async function createFunction(
  google: Google,
  session: Session,
  inputs: Inputs,
): Promise<Made> {
  const name = String(inputs["name"]);
  const making = await request(session, 4, () => {
    google.requireApi("cloudfunctions.googleapis.com");
    const account = String(record(inputs["serviceConfig"])["serviceAccountEmail"]);
    if (!google.mayActAs)
      throw new Refusal(
        `Error creating function: googleapi: Error 403: Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
      );
    if (google.functions.has(name))
      throw new Refusal(
        `Error creating function: googleapi: Error 409: Resource 'projects/acme-data/locations/us-central1/functions/${name}' already exists, alreadyExists`,
      );
    google.things.set(`function ${name}`, google.clock.now());
    return startBuild(google, name, inputs);
  });
  return settle(session, making.operation, () => making.uri);
}

/** Replaces the function's revision, in place. @throws Refusal when it is being made just now */
export async function updateFunction(
  google: Google,
  session: Session,
  inputs: Inputs,
): Promise<Made> {
  const name = String(inputs["name"]);
  const making = await request(session, 4, () => {
    if (google.functions.get(name)?.state === "DEPLOYING")
      throw new Refusal(
        "Error updating function: googleapi: Error 409: unable to queue the operation",
      );
    return startBuild(google, name, inputs);
  });
  return settle(session, making.operation, () => making.uri);
}

async function settle(
  session: Session,
  operation: Promise<string | undefined>,
  uri: () => string,
): Promise<Made> {
  const error = await operation;
  // It is polled every 10 s.
  await session.sleep(5);
  const made = { uri: uri() };
  return error === undefined
    ? made
    : { ...made, initError: `Error waiting for function: ${error}` };
}

export async function deleteFunction(
  google: Google,
  session: Session,
  name: string,
): Promise<void> {
  await session.sleep(google.chance.between(`deletion of ${name}`, 10, 60));
  google.functions.delete(name);
  google.things.delete(`function ${name}`);
  await session.sleep(2);
}
