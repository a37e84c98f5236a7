/** How long one run may go on, in milliseconds of the clock. */
export interface RunLimits {
  readonly startedAt: number;
  /** No work is started after this. */
  readonly startBy: number;
  /** Everything is aborted here. */
  readonly endBy: number;
  /** What has been done has to be handed over by then. */
  readonly concludeBy: number;
}
