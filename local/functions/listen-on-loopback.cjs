"use strict";

/**
 * Loaded before the functions framework (node --require), because its command line has no option
 * for either:
 *
 * - It listens on all interfaces. A function that runs on a laptop must not be reachable from the
 *   network, so
 *   `listen(port)` becomes `listen(port, "127.0.0.1")`.
 * - It does not tell which port it got for port 0. The port is sent to the parent process.
 * - It outlives its parent. The channel to the parent closes when the parent ends in whatever way,
 *   also by
 *   SIGKILL or a crash, and then this process ends too.
 */
const { Server } = require("node:net");

const listen = Server.prototype.listen;
Server.prototype.listen = function listenOnLoopback(...args) {
  const isPort = ["number", "string"].includes(typeof args[0]);
  if (isPort && typeof args[1] !== "string") args.splice(1, 0, "127.0.0.1");
  // Told a turn later, when the framework's own callback has set up its handling of SIGTERM too.
  this.once("listening", () => setImmediate(() => process.send?.({ port: this.address().port })));
  return listen.apply(this, args);
};

process.once("disconnect", () => process.exit(0));
// The channel alone must not keep the process alive: a function that cannot start has to end.
process.channel?.unref();
