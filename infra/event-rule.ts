/** An EventBridge rule on the default bus of its account and Region. */
export interface EventRule {
  account: string;
  region: string;
  name: string;
  description: string;
  pattern: Record<string, unknown>;
  target: { id: string; arn: string; roleArn?: string; deadLetters?: string };
}

/** An EventBridge Scheduler schedule in the default group. */
export interface EventSchedule {
  /** The file in `functions/` that it wakes. */
  file: string;
  name: string;
  description: string;
  expression: string;
  target: { arn: string; roleArn: string; input: string; deadLetters: string; retries: number };
}
