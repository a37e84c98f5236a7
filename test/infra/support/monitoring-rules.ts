import type { InputReader } from "./input-reader.ts";
import { UNKNOWN } from "./registrations.ts";

/** Notes what is wrong with the inputs of one resource. */
export type Rule = (inputs: InputReader) => void;

/** In seconds. */
export const DAY = 86_400;

const alertPolicy: Rule = (inputs) => {
  inputs.required("displayName", "combiner", "conditions");
  inputs.oneOf("combiner", ["AND", "OR", "AND_WITH_MATCHING_RESOURCE"]);
  inputs.oneOf("severity", ["CRITICAL", "ERROR", "WARNING"]);
  inputs.block("documentation", (block) => {
    block.required("content");
  });
  inputs.each("conditions", (condition) => {
    condition.required("displayName");
    condition.exactlyOne(
      "conditionThreshold",
      "conditionMatchedLog",
      "conditionPrometheusQueryLanguage",
      "conditionAbsent",
    );
    condition.block("conditionThreshold", (threshold) => {
      threshold.required("comparison", "duration", "filter");
      threshold.oneOf("comparison", ["COMPARISON_GT", "COMPARISON_LT"]);
      threshold.matches("duration", /^(0|60|120|180|240|300|600|900|3600)s$/);
      threshold.each("aggregations", (aggregation) => {
        aggregation.seconds("alignmentPeriod", 60, 7 * DAY);
        aggregation.oneOf("perSeriesAligner", [
          "ALIGN_MAX",
          "ALIGN_DELTA",
          "ALIGN_RATE",
          "ALIGN_MEAN",
        ]);
        aggregation.oneOf("crossSeriesReducer", ["REDUCE_SUM", "REDUCE_MAX", "REDUCE_NONE"]);
      });
    });
    // A burn rate has no aggregations, and no metric (API).
    condition.block("conditionThreshold", (threshold) => {
      const filter = threshold.text("filter");
      const isMetric = filter.includes("metric.type=");
      if (filter !== UNKNOWN && isMetric !== threshold.has("aggregations"))
        threshold.note("a metric has aggregations, a burn rate has none");
    });
    condition.block("conditionPrometheusQueryLanguage", (query) => {
      query.required("query");
      query.seconds("evaluationInterval", 30, DAY);
    });
    // A condition on log lines has to be limited (API).
    condition.block("conditionMatchedLog", (log) => {
      log.required("filter");
      if (!inputs.has("alertStrategy")) log.note("needs alertStrategy.notificationRateLimit");
    });
  });
};

const SERVICE_ID = /^[\w.:-]+$/;
const slo: Rule = (inputs) => {
  inputs.required("service", "goal", "rollingPeriodDays");
  inputs.matches("service", SERVICE_ID);
  inputs.matches("sloId", SERVICE_ID);
  inputs.between("goal", 0.0001, 0.9999);
  inputs.between("rollingPeriodDays", 1, 30);
  inputs.exactlyOne("basicSli", "requestBasedSli", "windowsBasedSli");
  inputs.block("windowsBasedSli", (windows) => {
    windows.exactlyOne("goodBadMetricFilter", "goodTotalRatioThreshold", "metricMeanInRange");
    windows.seconds("windowPeriod", 60, DAY);
    if ((DAY / Number.parseInt(windows.text("windowPeriod"))) % 1 !== 0)
      windows.note("a window must divide a day");
    windows.block("metricMeanInRange", (mean) => {
      mean.required("timeSeries", "range");
      mean.matches("timeSeries", /metric\.type="[^"]+" AND resource\.type="[^"]+"/);
    });
  });
  inputs.strings("userLabels");
};

const logMetric: Rule = (inputs) => {
  inputs.block("bucketOptions", (options) => {
    options.exactlyOne("exponentialBuckets", "linearBuckets", "explicitBuckets");
    options.block("exponentialBuckets", (buckets) => {
      buckets.between("numFiniteBuckets", 1, 198);
      buckets.between("growthFactor", 1.000001, 100);
      buckets.between("scale", 0.000001, 1e12);
    });
  });
  inputs.required("name", "filter");
  inputs.matches("name", /^[\w./:-]{1,100}$/);
  inputs.block("metricDescriptor", (descriptor) => {
    descriptor.oneOf("metricKind", ["DELTA", "GAUGE", "CUMULATIVE"]);
    descriptor.oneOf("valueType", ["INT64", "DISTRIBUTION"]);
    const extracts = inputs.has("valueExtractor");
    if ((descriptor.text("valueType") === "DISTRIBUTION") !== extracts)
      descriptor.note("a distribution, and nothing else here, has a valueExtractor");
    if ((descriptor.text("valueType") === "DISTRIBUTION") !== inputs.has("bucketOptions"))
      descriptor.note("a distribution, and nothing else, has bucketOptions");
    const declared: string[] = [];
    descriptor.each("labels", (label) => {
      label.required("key");
      label.oneOf("valueType", ["BOOL", "INT64", "STRING"]);
      declared.push(label.text("key"));
    });
    const extracted: string[] = [];
    inputs.block("labelExtractors", (block) => {
      extracted.push(...declared.filter((key) => block.has(key)));
    });
    if (extracted.length !== declared.length) descriptor.note("a label has no extractor");
  });
};

/** What Cloud Logging and Cloud Monitoring refuse; see `provider-rules.ts`. */
export const MONITORING_RULES: Readonly<Record<string, Rule>> = {
  "gcp:logging/metric:Metric": logMetric,
  "gcp:monitoring/dashboard:Dashboard": (inputs) => {
    inputs.required("dashboardJson");
    try {
      // The API leaves zeros out, and the provider compares with what it answers: a difference at
      // every `up`.
      const positions = /"[xy]Pos":0[,}]/.exec(
        JSON.stringify(JSON.parse(inputs.text("dashboardJson"))),
      );
      if (positions !== null) inputs.note("a position of 0 differs from what the API gives back");
    } catch {
      inputs.note("dashboardJson is not JSON");
    }
  },
  "gcp:monitoring/alertPolicy:AlertPolicy": alertPolicy,
  "gcp:monitoring/customService:CustomService": (inputs) => {
    inputs.matches("serviceId", SERVICE_ID);
    inputs.strings("userLabels");
  },
  "gcp:monitoring/slo:Slo": slo,
  "gcp:monitoring/notificationChannel:NotificationChannel": (inputs) => {
    inputs.required("type");
  },
};
