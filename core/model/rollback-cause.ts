/** An event of a target account that may be a reason to go back. */
export type FailureSignal =
  | { kind: 'failed deployment'; deploymentId: string }
  /** `at`: when the alarm went off, which may be long before its event arrives. */
  | { kind: 'alarm'; name: string; at: Date; reason: string };

/** Why to go back: a person wants it (perhaps to a certain revision), or something bad was noticed. */
export type RollbackCause =
  | { kind: 'hand'; revision?: string | undefined; by?: string | undefined; reason?: string | undefined }
  | FailureSignal;
