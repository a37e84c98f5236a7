/**
 * Requests to the server that the page is from. The session's token is in the address of the page,
 * and goes along in a header: no other site can have a browser send that.
 */
const token = new URLSearchParams(location.search).get("token");
/** The page of a local run has none. */
export const isConsole = token !== null;
const session = token === null ? {} : { "x-session-token": token };

export function get(path) {
  return send(path, { headers: session });
}

export function post(path, body) {
  const headers = { ...session, "content-type": "application/json" };
  return send(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** What the server says is wrong. */
export class ResponseError extends Error {}

/** @throws ResponseError; TypeError when there is no server any more */
async function send(path, options) {
  const response = await fetch(path, options);
  if (response.ok) return await response.json();
  throw new ResponseError((await response.text()).trim() || String(response.status));
}
