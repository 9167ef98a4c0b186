/** An event of a target account that can be a reason to roll back. */
export type FailureSignal =
  | { kind: 'failed deployment'; deploymentId: string }
  /** `at`: when the alarm went off, which may be long before its event arrives. */
  | { kind: 'alarm'; name: string; at: Date; reason: string };

/** Why Gantry rolls back: a person requested it (optionally to a given revision), or an event signalled a failure. */
export type RollbackCause =
  | { kind: 'hand'; revision?: string | undefined; by?: string | undefined; reason?: string | undefined }
  | FailureSignal;
