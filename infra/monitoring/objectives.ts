import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";

import type { Plan } from "../configuration/arguments.ts";
import { monitoredNames } from "../names.ts";
import { type Alert, subscriptionFilter } from "./alerts.ts";

const GOAL = 0.999;
const PERIOD_DAYS = 30;
const WITHIN_SECONDS = 300;
/** Must divide a day, 60 s at the least. */
const WINDOW_SECONDS = 60;

/**
 * Two per cent of the period's budget within an hour, and it goes on: the faster of the alerts that
 * Google's SREs recommend (https://sre.google/workbook/alerting-on-slos/, "multiwindow,
 * multi-burn-rate alerts").
 */
const BURN_RATE = 14.4;
const LOOKBACKS = { hour: 3600, "5 minutes": 300 };

/** What is promised of the messages of one subscription. */
interface Objective {
  readonly subscription: string;
  /** A message that waits longer is late. */
  readonly withinSeconds: number;
}

/**
 * "99.9 % of messages settled within 5 minutes", for objects and for events, and what alerts when
 * the budget for exceptions burns.
 *
 * Measured is the age of the oldest message that waits, in each minute: a message that is not
 * settled leaves no trace that could be counted, and in an outage none is settled. A minute is bad
 * when a message in it is late, so that the objective is kept or broken before the share of
 * messages is.
 *
 * @returns alerts by logical name
 */
export function createObjectives(
  name: string,
  plan: Plan,
  opts: pulumi.CustomResourceOptions,
): Record<string, Alert> {
  const { settings } = plan;
  const { prefix } = monitoredNames(plan.names);
  const service = new gcp.monitoring.CustomService(
    `${name}-service`,
    {
      serviceId: prefix,
      displayName: `Mixpanel import: ${prefix}`,
      userLabels: settings.labels,
    },
    opts,
  );
  const burning = Object.entries(objectives(plan)).map(([key, objective]): [string, Alert] => {
    const slo = new gcp.monitoring.Slo(
      `${name}-slo-${key}`,
      {
        service: service.serviceId,
        sloId: `${key}-in-time`,
        displayName: `${key}: ${titleOf(objective)}`,
        goal: GOAL,
        rollingPeriodDays: PERIOD_DAYS,
        windowsBasedSli: {
          windowPeriod: `${WINDOW_SECONDS}s`,
          metricMeanInRange: {
            timeSeries: subscriptionFilter("oldest_unacked_message_age", [objective.subscription]),
            range: { max: objective.withinSeconds },
          },
        },
        userLabels: settings.labels,
      },
      opts,
    );
    return [`burn-${key}`, burnAlert(key, objective, slo.name)];
  });
  return Object.fromEntries(burning);
}

function objectives({ names, settings }: Plan): Readonly<Record<"objects" | "events", Objective>> {
  const { subscriptions } = monitoredNames(names);
  return {
    // One run at an object may take as long as the function may.
    objects: {
      subscription: subscriptions.objects,
      withinSeconds: Math.max(WITHIN_SECONDS, settings.timeoutSeconds),
    },
    events: { subscription: subscriptions.events, withinSeconds: WITHIN_SECONDS },
  };
}

function titleOf({ withinSeconds }: Objective): string {
  return `${GOAL * 100} % of messages settled within ${withinSeconds / 60} minutes`;
}

/** @param slo `projects/N/services/S/serviceLevelObjectives/O` */
function burnAlert(key: string, objective: Objective, slo: pulumi.Input<string>): Alert {
  return {
    title: `${key} are late too often`,
    severity: "ERROR",
    // https://cloud.google.com/stackdriver/docs/solutions/slo-monitoring/api/create-policy-api
    conditions: Object.entries(LOOKBACKS).map(([period, seconds]) => ({
      displayName: `late too often in the last ${period}`,
      conditionThreshold: {
        filter: pulumi.interpolate`select_slo_burn_rate("${slo}", "${seconds}s")`,
        comparison: "COMPARISON_GT",
        thresholdValue: BURN_RATE,
        duration: "0s",
      },
    })),
    advice: [
      `The objective is: ${titleOf(objective)}, over ${PERIOD_DAYS} days. At this pace its budget is spent ` +
        "within two days. Nothing is lost: messages wait.",
      "Did very much arrive at once (Messages waiting, on the dashboard)? Then it passes. Is the stack paused? Is Mixpanel slow " +
        "or down (https://www.mixpanelstatus.com)? Does a function fail (the other alerts)?",
      "If it is often more work than there are instances: raise `maxInstances`, as far as Mixpanel's rate limit allows.",
    ].join("\n\n"),
  };
}
