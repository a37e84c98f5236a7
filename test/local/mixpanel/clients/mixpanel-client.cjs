/**
 * Imports through the `mixpanel` package installed in the working directory. Arguments: host:port,
 * user, secret, project. Prints the error of each of its three calls, or null, as JSON.
 */
const { createRequire } = require("node:module");
const { promisify } = require("node:util");

const Mixpanel = createRequire(`${process.cwd()}/`)("mixpanel");
const [host, user, secret, project] = process.argv.slice(2);
const credentials = new Mixpanel.ServiceAccountCredentials(user, secret, project);
const time = Math.floor(Date.now() / 1000) - 3600;
const errorOf = (call) =>
  call.then(
    () => null,
    (error) => String(error),
  );

async function run() {
  const quiet = Mixpanel.init("token", { host, credentials });
  const verbose = Mixpanel.init("token", { host, credentials, verbose: true });
  const batch = Array.from({ length: 120 }, (_, index) => ({
    event: "batch",
    properties: { time, distinct_id: `u${index}`, $insert_id: `batch-${index}`, text: "Zürich" },
  }));
  return [
    await errorOf(promisify(quiet.import)("single", time, { distinct_id: "u", $insert_id: "one" })),
    await errorOf(promisify(quiet.import_batch)(batch)),
    await errorOf(promisify(verbose.import_batch)(batch)),
  ];
}

void run().then((errors) => {
  process.stdout.write(JSON.stringify(errors));
});
