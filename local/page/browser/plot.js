import { byId, shape } from "./elements.js";
import { count } from "./format.js";

const PLOT_SECONDS = 300;

/** Events per second as bars, red where a request was refused. */
export function showPlot({ nowMs, mixpanel }) {
  const plot = byId("plot");
  const { width, height } = plot.getBoundingClientRect();
  const last = Math.floor(nowMs / 1000);
  const shown = mixpanel.perSecond.filter(
    ({ second }) => second > last - PLOT_SECONDS && second <= last,
  );
  const most = Math.max(1, ...shown.map(({ events }) => events));
  const bottom = height - 18;
  const top = 16;
  const step = width / PLOT_SECONDS;
  const bars = shown.map(({ second, events, requests, refused }) => {
    const tall = Math.max(1, ((bottom - top) * events) / most);
    const bar = shape("rect", {
      x: (second - last + PLOT_SECONDS - 1) * step,
      y: bottom - tall,
      width: Math.max(1, step - 0.5),
      height: tall,
      class: refused > 0 ? "refused" : "",
    });
    const time = new Date(second * 1000).toLocaleTimeString();
    bar.append(shape("title", {}, `${time}: ${count(events)} events, ${count(requests)} requests`));
    return bar;
  });
  plot.setAttribute("viewBox", `0 0 ${width} ${height}`);
  plot.setAttribute("aria-label", `Events per second, at most ${count(most)}`);
  plot.replaceChildren(
    shape("line", { x1: 0, x2: width, y1: bottom, y2: bottom }),
    shape("line", { x1: 0, x2: width, y1: top, y2: top }),
    shape(
      "text",
      { x: 0, y: top - 4 },
      shown.length > 0 ? `${count(most)} events/s` : "nothing yet",
    ),
    shape("text", { x: 0, y: height - 4 }, "5 minutes ago"),
    shape("text", { x: width, y: height - 4, "text-anchor": "end" }, "now"),
    ...bars,
  );
}
