import { byId, element } from "./elements.js";

/** Commands that import more. */
export function showEntrances({ inbox, upload, publish }) {
  byId("inbox").textContent = inbox;
  for (const [id, commands] of [
    ["upload", upload],
    ["publish", publish],
  ]) {
    // Made once: what is being selected must not be replaced.
    if (byId(id).childElementCount > 0) continue;
    for (const command of commands) {
      const line = element("li");
      const copy = element("button", "Copy");
      copy.type = "button";
      copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(command);
        copy.textContent = "Copied";
      });
      line.append(element("code", command), copy);
      byId(id).append(line);
    }
  }
}
