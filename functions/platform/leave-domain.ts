/**
 * Leaves the domain in which the functions framework runs each request
 * (https://github.com/GoogleCloudPlatform/functions-framework-nodejs, src/function_wrappers.ts;
 * https://nodejs.org/api/domain.html). A domain responds to its request with 500 for any stray
 * error in what the request happened to start, which here is work for other requests too; and it
 * watches every promise, which costs a sixth of the CPU of a message.
 */
export function leaveDomain(): void {
  // Node's types leave `process.domain` out, because domains are deprecated.
  const domain: unknown = Reflect.get(process, "domain");
  if (isDomain(domain)) domain.exit();
}

function isDomain(value: unknown): value is { exit(): void } {
  return (
    typeof value === "object" &&
    value !== null &&
    "exit" in value &&
    typeof value.exit === "function"
  );
}
