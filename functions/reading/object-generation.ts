/** One generation of an object. */
export interface ObjectGeneration {
  readonly bucket: string;
  readonly object: string;
  readonly generation: string;
}

/** `gs://bucket/object#generation`. */
export function objectUri({ bucket, object, generation }: ObjectGeneration): string {
  return `gs://${bucket}/${object}#${generation}`;
}
