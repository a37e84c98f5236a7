"use strict";

/**
 * Loaded into a peer (node --require) that knows no other address than Mixpanel's own: connections
 * to it go to the simulator of MIXPANEL_URL instead. Nothing measured here may reach Mixpanel.
 */
const tls = require("node:tls");
const net = require("node:net");

const target = new URL(process.env.MIXPANEL_URL ?? "http://127.0.0.1:9");
const connect = tls.connect;
tls.connect = function connectToSimulator(...args) {
  const options = args.find((arg) => typeof arg === "object" && arg !== null) ?? {};
  const host = String(options.servername ?? options.host ?? "");
  if (!host.endsWith("mixpanel.com")) return connect.apply(this, args);
  const redirected = { host: "127.0.0.1", port: Number(target.port), rejectUnauthorized: false };
  const callback = args.find((arg) => typeof arg === "function");
  if (target.protocol === "https:")
    return connect.call(this, { ...options, socket: undefined, ...redirected }, callback);
  const socket = net.connect(redirected.port, redirected.host);
  socket.once("connect", () => socket.emit("secureConnect"));
  return socket;
};
