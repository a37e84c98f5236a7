/**
 * Imports a file through the `mixpanel-import` package installed in the working directory.
 * Arguments: file, kind of records, transport, token. Prints what it says it did, as JSON.
 */
const { createRequire } = require("node:module");

const load = createRequire(`${process.cwd()}/`)("mixpanel-import");
const [file, recordType, transport, token] = process.argv.slice(2);

void load({ token }, file, { recordType, transport, compress: true, verbose: false }).then(
  ({ success, failed, total }) => {
    process.stdout.write(`\n${JSON.stringify({ success, failed, total })}\n`);
    process.exit(0);
  },
);
