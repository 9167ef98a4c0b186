import type { Cloud } from '../cloud.ts';
import { regionalArn } from '../partition.ts';
import type { JsonValue, RunnableMachine } from './library-types.ts';

export interface SfnMachine {
  cloud: Cloud;
  arn: string;
  name: string;
  account: string;
  region: string;
  roleArn: string;
  /** The text of the definition as given. */
  definition: string;
  creationDate: number;
  /** When the definition or the role was last changed. */
  updateDate: number;
  runnable: RunnableMachine;
  tokens: TaskTokens;
  /** All machines of the cloud, by ARN. */
  others: ReadonlyMap<string, SfnMachine>;
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
  /** Called at the end of the execution. */
  endListeners: (() => void)[];
  history: HistoryEvent[];
  /** Aborts the run. */
  abort: () => void;
}

/** One event in the format of GetExecutionHistory (botocore stepfunctions HistoryEvent). */
export interface HistoryEvent {
  timestamp: Date;
  type: string;
  id: number;
  previousEventId: number;
  [details: string]: unknown;
}

/** An open attempt of a task. It ends once, and the history records how; later results are ignored. */
export interface OpenTask {
  result: Promise<JsonValue>;
  isOpen(): boolean;
  succeed(result: JsonValue): void;
  fail(error: Error, how?: 'Failed' | 'SubmitFailed' | 'TimedOut'): void;
}

/** The tasks that wait, or have waited, for a callback with their token. */
export type TaskTokens = Map<string, { machine: SfnMachine; open: OpenTask }>;

export const executionStatus = ({ end }: SfnExecution): SfnExecutionStatus => end?.status ?? 'RUNNING';

export const stateMachineArn = (account: string, region: string, name: string): string =>
  regionalArn('states', { account, region }, `stateMachine:${name}`);
