import type { WatchEntrances } from "./run-display.ts";

/** Lets Google's tools work without an account. */
const WITHOUT_LOGIN = "CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true";

/**
 * Uploads FILE with Google's own tool
 * (https://cloud.google.com/sdk/gcloud/reference/storage/cp#GLOBAL-FLAGS, properties by
 * environment).
 */
export function uploadCommand({ bucketUrl, bucket }: WatchEntrances): string {
  return `CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE=${bucketUrl}/ ${WITHOUT_LOGIN} gcloud storage cp FILE gs://${bucket}/`;
}

/** Publishes FILE as one message with Google's own tool. */
export function publishCommand({ pubsubUrl, topic }: WatchEntrances): string {
  return `CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB=${pubsubUrl}/ ${WITHOUT_LOGIN} gcloud pubsub topics publish ${topic} --message="$(cat FILE)"`;
}

/** Uploads FILE with nothing but curl. */
export function curlUploadCommand({ bucketUrl, bucket }: WatchEntrances): string {
  return `curl -X POST --data-binary @FILE '${bucketUrl}/upload/storage/v1/b/${bucket}/o?uploadType=media&name=FILE'`;
}

/** Publishes FILE as one message with nothing but curl. */
export function curlPublishCommand({ pubsubUrl, topic }: WatchEntrances): string {
  return `curl '${pubsubUrl}/v1/${topic}:publish' -d '{"messages":[{"data":"'"$(base64 < FILE | tr -d '\\n')"'"}]}'`;
}
