import type { Cloud } from '../cloud.ts';
import type { JsonValue, RunnableMachine } from './library-types.ts';

export interface SfnMachine {
  cloud: Cloud;
  arn: string;
  name: string;
  account: string;
  region: string;
  roleArn: string;
  /** The definition's text as it was given. */
  definition: string;
  creationDate: number;
  runnable: RunnableMachine;
  tokens: TaskTokens;
  executions: Map<string, SfnExecution>;
}

export type SfnExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** How an execution ended. */
export interface SfnExecutionEnd {
  status: Exclude<SfnExecutionStatus, 'RUNNING'>;
  output?: string | undefined;
  error?: string | undefined;
  cause?: string | undefined;
}

export interface SfnExecution {
  machine: SfnMachine;
  arn: string;
  name: string;
  input: string;
  startDate: number;
  stopDate?: number;
  end?: SfnExecutionEnd;
  history: HistoryEvent[];
  /** Stops what is playing. */
  abort: () => void;
}

/** One event as GetExecutionHistory tells it (botocore stepfunctions HistoryEvent). */
export interface HistoryEvent {
  timestamp: Date;
  type: string;
  id: number;
  previousEventId: number;
  [details: string]: unknown;
}

/** An attempt of a task that is under way. It ends once, and the history tells how; what comes later is not heard. */
export interface OpenTask {
  result: Promise<JsonValue>;
  isOpen(): boolean;
  succeed(result: JsonValue): void;
  fail(error: Error, how?: 'Failed' | 'SubmitFailed' | 'TimedOut'): void;
}

/** The tasks that wait, or have waited, for somebody who knows their token. */
export type TaskTokens = Map<string, { machine: SfnMachine; open: OpenTask }>;

export const executionStatus = ({ end }: SfnExecution): SfnExecutionStatus => end?.status ?? 'RUNNING';

export const stateMachineArn = (account: string, region: string, name: string): string =>
  `arn:aws:states:${region}:${account}:stateMachine:${name}`;
