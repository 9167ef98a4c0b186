import type { Cloud } from '../cloud.ts';
import type { RunnableMachine } from './asl-library.ts';
import type { HistoryEvent } from './history.ts';
import type { TaskTokens } from './tokens.ts';

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
  player: RunnableMachine;
  tokens: TaskTokens;
  executions: Map<string, SfnExecution>;
}

export type SfnExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** How an execution ended. */
export interface ExecutionEnd {
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
  end?: ExecutionEnd;
  history: HistoryEvent[];
  /** Stops what is playing. */
  abort: () => void;
}

/** 256 KiB of UTF-8, for an execution's input and a state's result (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). */
export const dataLimit = 262_144;

export const executionStatus = ({ end }: SfnExecution): SfnExecutionStatus => end?.status ?? 'RUNNING';

export const stateMachineArn = (account: string, region: string, name: string): string =>
  `arn:aws:states:${region}:${account}:stateMachine:${name}`;
