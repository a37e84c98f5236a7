import { byId, element } from "./elements.js";
import { count } from "./format.js";

/** The numbers at the top. */
export function showFigures({ mixpanel, messages, deadLetters, fileCount }) {
  const { requests, requestsByStatus, distinctEvents, profiles, lastMinute } = mixpanel;
  const notOk = Object.entries(requestsByStatus)
    .filter(([status]) => status !== "200")
    .map(([status, times]) => `${count(times)} × ${status}`);
  const figures = [
    ["Distinct events in Mixpanel", count(distinctEvents)],
    ["Events, last minute", count(lastMinute.events)],
    ...(profiles.users > 0 ? [["Users updated", count(profiles.users)]] : []),
    ...(profiles.groups > 0 ? [["Groups updated", count(profiles.groups)]] : []),
    ["Requests", count(requests), notOk.join(", ")],
    ["Files", count(fileCount)],
    [
      "Messages",
      count(messages.published),
      messages.published > messages.acknowledged
        ? `${count(messages.published - messages.acknowledged)} on their way`
        : "",
    ],
    [
      "Records not imported",
      count(deadLetters.records),
      deadLetters.undelivered > 0 ? `${count(deadLetters.undelivered)} undeliverable` : "",
    ],
  ];
  showFigureList(figures);
}

/** @param figures each is [what, how many, remark or ""] */
export function showFigureList(figures) {
  byId("figures").replaceChildren(
    ...figures.map(([label, value, note]) => {
      const figure = element("div");
      figure.append(element("dt", label), element("dd", value));
      if (note) figure.append(element("span", note, "dim"));
      return figure;
    }),
  );
}
