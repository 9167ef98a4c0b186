import type { Cloud } from '../cloud.ts';
import type { HistoryEvent } from './history.ts';
import type { Player } from './library.ts';
import type { Tokens } from './tokens.ts';

export interface Machine {
  cloud: Cloud;
  arn: string;
  name: string;
  account: string;
  region: string;
  roleArn: string;
  /** The definition's text as it was given. */
  definition: string;
  creationDate: number;
  player: Player;
  tokens: Tokens;
  executions: Map<string, Execution>;
}

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** How an execution ended. */
export interface End {
  status: Exclude<Status, 'RUNNING'>;
  output?: string | undefined;
  error?: string | undefined;
  cause?: string | undefined;
}

export interface Execution {
  machine: Machine;
  arn: string;
  name: string;
  input: string;
  startDate: number;
  stopDate?: number;
  end?: End;
  history: HistoryEvent[];
  /** Stops what is playing. */
  abort: () => void;
}

/** 256 KiB of UTF-8, for an execution's input and a state's result (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). */
export const dataLimit = 262_144;

export const statusOf = ({ end }: Execution): Status => end?.status ?? 'RUNNING';

export const machineArn = (account: string, region: string, name: string): string =>
  `arn:aws:states:${region}:${account}:stateMachine:${name}`;
