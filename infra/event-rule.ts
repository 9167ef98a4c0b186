/** An EventBridge rule on the default bus of its account and Region. */
export interface EventRuleDeclaration {
  account: string;
  region: string;
  name: string;
  description: string;
  pattern: Record<string, unknown>;
  target: { id: string; arn: string; roleArn?: string; deadLetters?: string };
}

/** An EventBridge Scheduler schedule in the default group. */
export interface ScheduleDeclaration {
  /** The file in `functions/` that it invokes. */
  file: string;
  name: string;
  description: string;
  expression: string;
  target: { arn: string; roleArn: string; input: string; deadLetters: string; retries: number };
}
