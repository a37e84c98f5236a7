/** https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity */
export type Severity = "INFO" | "WARNING" | "ERROR" | "CRITICAL";

/**
 * Writes one structured log line: a JSON object on stdout, which Cloud Logging takes apart
 * (https://cloud.google.com/logging/docs/structured-logging). `message` is a constant text, so that
 * it can be searched for. Never pass event contents, ids of users or the token.
 */
export type Log = (severity: Severity, message: string, fields?: Record<string, unknown>) => void;

/** The log of the deployed functions. */
export const logToStdout: Log = (severity, message, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ severity, message, ...fields })}\n`);
};
