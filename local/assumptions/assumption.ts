/** How a person with an account can find out what AWS does. */
export interface AssumptionProbe {
  /** `read`: by reads alone. `create`: by making something small. `none`: no single observation settles it. */
  by: 'read' | 'create' | 'none';
  /** What to do and what to look at; for `none`, why not. */
  how: string;
}

/** A behaviour of AWS that no document settles. The emulator shows each of the answers; Gantry works with all of them. */
export interface Assumption {
  question: string;
  /** What AWS may do: the answer's name and what it means. */
  answers: Record<string, string>;
  /** The answer that the emulator gives unless another is selected. */
  default: string;
  /** What speaks for an answer: a source, or `None.` */
  evidence: string;
  /** What in Gantry depends on the answer. */
  affects: string;
  probe: AssumptionProbe;
  /** Why no run can show the answers yet; absent where the emulator shows each of them. */
  notPlayable?: string;
}
