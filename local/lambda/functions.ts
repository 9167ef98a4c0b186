import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import type { Cloud } from '../cloud.ts';
import type { InvocationOutcome } from './outcome.ts';

/** One deployed function. `handler` is `<file>.<export>`; `file` is the bundle's path; `policy` is its resource policy. */
export interface FunctionSettings {
  name: string;
  account: string;
  region: string;
  file: string;
  handler: string;
  environment: Record<string, string>;
  roleArn: string;
  timeoutSeconds: number;
  memoryMb: number;
  policy?: PolicyDocument | undefined;
}

/** One invocation of a function; an asynchronous one keeps its request id on every retry. */
export interface InvocationRequest {
  requestId: string;
  payload: string;
}

/** An asynchronous invocation that failed three times. */
export interface InvocationDeadLetter extends InvocationRequest {
  functionArn: string;
  error: string;
}

/** An execution environment of a function, which runs one invocation at a time. */
export interface ExecutionEnvironment {
  /** When its credentials expire, in simulated ms. */
  readonly expires: number;
  busy: boolean;
  dead: boolean;
  /** Runs one invocation to its end; never rejects. */
  run(invocation: InvocationRequest): Promise<InvocationOutcome>;
  /** Ends the environment, whatever it is doing. */
  end(): Promise<void>;
}

/** A function with its runtime state: its execution environments and the invocations that wait for a free one. */
export interface InstalledFunction extends FunctionSettings {
  cloud: Cloud;
  arn: string;
  environments: ExecutionEnvironment[];
  waitingForEnvironment: (() => void)[];
}

interface FunctionRegistry {
  byArn: Map<string, InstalledFunction>;
  deadLetters: InvocationDeadLetter[];
  /** Runs functions if they do not run in their own environments (local/lambda/in-process.ts). */
  run?: (fn: InstalledFunction, invocation: InvocationRequest) => Promise<InvocationOutcome>;
}

const registries = new WeakMap<Cloud, FunctionRegistry>();

/** Returns all functions of a cloud, by ARN, and the asynchronous invocations that failed for good. */
export function getFunctions(cloud: Cloud): FunctionRegistry {
  const found: FunctionRegistry = registries.get(cloud) ?? { byArn: new Map(), deadLetters: [] };
  registries.set(cloud, found);
  return found;
}

export const functionArn = (account: string, region: string, name: string): string =>
  `arn:aws:lambda:${region}:${account}:function:${name}`;

/** Deploys a function, or replaces the one with this name and ends its environments; returns its ARN. */
export function installFunction(cloud: Cloud, settings: FunctionSettings): string {
  const arn = functionArn(settings.account, settings.region, settings.name);
  const { byArn } = getFunctions(cloud);
  for (const environment of byArn.get(arn)?.environments ?? []) environment.end();
  byArn.set(arn, { ...settings, cloud, arn, environments: [], waitingForEnvironment: [] });
  return arn;
}

/** Ends every execution environment of a cloud, so that a test or a run can end. */
export async function stopFunctions(cloud: Cloud): Promise<void> {
  const all = [...getFunctions(cloud).byArn.values()].flatMap(({ environments }) => environments.splice(0));
  await Promise.all(all.map((environment) => environment.end()));
}
