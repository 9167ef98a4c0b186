import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import type { Cloud } from '../cloud.ts';
import { regionalArn } from '../partition.ts';
import { removeTemporaryFolder } from '../temporary-folder.ts';
import type { InvocationOutcome } from './outcome.ts';

/**
 * One deployed function. `handler` is `<file>.<export>`; `policy` is its resource policy. `file` is the bundle's path: new code
 * is a new file, because published versions continue to run the file that they were published with.
 */
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
  /** Whether nobody waits for the result. */
  asynchronous?: true;
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
  /** Unqualified for `$LATEST`, with the version for a published version. */
  arn: string;
  /** `$LATEST`, or the number of a published version. */
  version: string;
  environments: ExecutionEnvironment[];
  waitingForEnvironment: (() => void)[];
}

interface FunctionRegistry {
  /** `$LATEST` by the function's ARN, and each published version by its own. */
  byArn: Map<string, InstalledFunction>;
  /** The number of the last published version, by the function's ARN. A number is not used again. */
  lastVersions: Map<string, number>;
  /** Folders of uploaded code. */
  folders: string[];
  deadLetters: InvocationDeadLetter[];
  /** Runs functions if they do not run in their own environments (local/lambda/in-process.ts). */
  run?: (fn: InstalledFunction, invocation: InvocationRequest) => Promise<InvocationOutcome>;
}

const registries = new WeakMap<Cloud, FunctionRegistry>();

/** Returns all functions of a cloud, by ARN, and the asynchronous invocations that failed for good. */
export function getFunctions(cloud: Cloud): FunctionRegistry {
  const found: FunctionRegistry = registries.get(cloud) ?? {
    byArn: new Map(),
    lastVersions: new Map(),
    folders: [],
    deadLetters: [],
  };
  registries.set(cloud, found);
  return found;
}

/** The function, or one version of it, that a request names. */
export interface FunctionReference {
  account: string;
  region: string;
  name: string;
  /** `$LATEST` or a version's number, if the request names one. */
  qualifier?: string | undefined;
}

export const functionArn = ({ name, qualifier, ...place }: FunctionReference): string =>
  regionalArn('lambda', place, `function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`);

/**
 * Deploys a function, or replaces the unpublished version of the one with this name; returns its ARN. Idle environments of the
 * replaced code end, and busy ones finish their invocation.
 */
export function installFunction(cloud: Cloud, settings: FunctionSettings): string {
  const arn = functionArn(settings);
  const { byArn } = getFunctions(cloud);
  const replaced = byArn.get(arn)?.environments ?? [];
  byArn.set(arn, { ...settings, cloud, arn, version: '$LATEST', environments: [], waitingForEnvironment: [] });
  for (const environment of replaced.filter(({ busy }) => !busy)) void environment.end();
  return arn;
}

/** Ends every execution environment of a cloud, so that a test or a run can end. */
export async function stopFunctions(cloud: Cloud): Promise<void> {
  const all = [...getFunctions(cloud).byArn.values()].flatMap(({ environments }) => environments.splice(0));
  await Promise.all(all.map((environment) => environment.end()));
  await Promise.all(getFunctions(cloud).folders.splice(0).map(removeTemporaryFolder));
}
