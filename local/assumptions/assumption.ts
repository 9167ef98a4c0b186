/** How a user with an account can find out what AWS does. */
export interface AssumptionProbe {
  /** `read`: with read operations only. `create`: by creating something small. `none`: no single observation settles it. */
  by: 'read' | 'create' | 'none';
  /** The steps and what to check; for `none`, the reason. */
  how: string;
}

/** A behaviour of AWS that no document settles. The emulator implements each answer, and Gantry works with all of them. */
export interface Assumption {
  question: string;
  /** The possible behaviours of AWS: the answer's name and its meaning. */
  answers: Record<string, string>;
  /** The emulator's answer unless another is selected. */
  default: string;
  /** The evidence for an answer: a source, or `None.` */
  evidence: string;
  /** The part of Gantry that depends on the answer. */
  affects: string;
  probe: AssumptionProbe;
  /** Why no run can show the answers yet; absent if the emulator implements each of them. */
  notPlayable?: string;
}
