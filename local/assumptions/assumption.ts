/** How a user with an AWS account can find out how AWS behaves. */
export interface AssumptionProbe {
  /**
   * `read`: `npm run probe` reads it. `create`: `npm run probe -- --create` creates small resources for it. `hand`: a person can
   * observe it, but the probe does not. `none`: no single observation can answer the question.
   */
  by: 'read' | 'create' | 'hand' | 'none';
  /** The steps, what to check, and what the observation does not prove; for `none`, the reason. */
  how: string;
}

/** A behaviour of AWS that is not documented. The emulator implements each answer, and Gantry works with all answers. */
export interface Assumption {
  question: string;
  /** The possible behaviours of AWS: the answer's name and its meaning. */
  answers: Record<string, string>;
  /** The answer that the emulator uses unless a different answer is selected. */
  default: string;
  /** The evidence for an answer: a source, or `None.` */
  evidence: string;
  /** The part of Gantry that depends on the answer. */
  affects: string;
  probe: AssumptionProbe;
  /** The reason why the emulator cannot play the answers yet; absent if it implements all of them. */
  notPlayable?: string;
}
