/**
 * Does everything that the `mixpanel` package installed in the working directory can do.
 * Arguments: host:port, user, secret, project. Prints the error of each call, or null, as JSON.
 */
const { createRequire } = require("node:module");

const Mixpanel = createRequire(`${process.cwd()}/`)("mixpanel");
const [host, user, secret, project] = process.argv.slice(2);
const credentials = new Mixpanel.ServiceAccountCredentials(user, secret, project);
const now = Math.floor(Date.now() / 1000);

/** Calls one after the other: each needs the one before. */
const CALLS = {
  import: ({ import: importOne }, done) =>
    importOne("single", now - 3600, { distinct_id: "u", $insert_id: "one" }, done),
  import_batch: ({ import_batch: importBatch }, done) => importBatch(batch("batch"), done),
  track: ({ track }, done) => track("tracked", { distinct_id: "u" }, done),
  track_batch: ({ track_batch: trackBatch }, done) => trackBatch(batch("tracked batch"), done),
  "people.set": ({ people }, done) => people.set("u", { $name: "Zoë", plan: "gold" }, done),
  "people.set_once": ({ people }, done) => people.set_once("u", { plan: "none", first: 1 }, done),
  "people.increment": ({ people }, done) => people.increment("u", "logins", 2, done),
  "people.append": ({ people }, done) => people.append("u", "tags", "a", done),
  "people.union": ({ people }, done) => people.union("u", { tags: ["a", "b", "c"] }, done),
  "people.remove": ({ people }, done) => people.remove("u", { tags: "b" }, done),
  "people.unset": ({ people }, done) => people.unset("u", "first", done),
  "people.set of another": ({ people }, done) => people.set("gone", { a: 1 }, done),
  "people.delete_user": ({ people }, done) => people.delete_user("gone", done),
  "groups.set": ({ groups }, done) => groups.set("company", "acme", { seats: 5, a: 1 }, done),
  "groups.set_once": ({ groups }, done) => groups.set_once("company", "acme", { seats: 9 }, done),
  "groups.union": ({ groups }, done) => groups.union("company", "acme", { l: ["x", "y"] }, done),
  "groups.remove": ({ groups }, done) => groups.remove("company", "acme", { l: "x" }, done),
  "groups.unset": ({ groups }, done) => groups.unset("company", "acme", "a", done),
  "groups.set of another": ({ groups }, done) => groups.set("company", "gone", { a: 1 }, done),
  "groups.delete_group": ({ groups }, done) => groups.delete_group("company", "gone", done),
};

function batch(event) {
  return Array.from({ length: 120 }, (_, index) => ({
    event,
    properties: { time: now, distinct_id: `u${index}`, $insert_id: `id-${index}`, text: "Zürich" },
  }));
}

async function callAll(client) {
  const errors = {};
  for (const [name, call] of Object.entries(CALLS)) {
    const error = await new Promise((resolve) => {
      call(client, resolve);
    });
    errors[name] = error ? String(error) : null;
  }
  return errors;
}

async function run() {
  const quiet = await callAll(Mixpanel.init("t", { host, credentials }));
  const verbose = await callAll(Mixpanel.init("t", { host, credentials, verbose: true }));
  process.stdout.write(JSON.stringify({ quiet, verbose }));
  // Its connections are kept alive.
  process.exit(0);
}

void run();
