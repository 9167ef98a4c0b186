import type { FunctionInvocation, OperationRequest } from '../local/cloud.ts';
import type { RunningSystem } from '../local/run/start.ts';

/** What is installed, as far as it tells who calls. */
export type InstalledSystem = Pick<RunningSystem, 'system' | 'config'>;

/** A session's role: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION` is one of `arn:aws:iam::ACCOUNT:role/ROLE`. */
const roleArnOfSession = (arn: string): string =>
  arn.replace(':sts:', ':iam:').replace(/:assumed-role\/(.+)\/[^/]+$/, ':role/$1');

/** The roles that Gantry itself calls with: those of its functions and state machines, and those in the target accounts. */
const listGantryRoles = ({ system, config }: InstalledSystem): string[] => [
  ...system.functions.map(({ role }) => role),
  system.machine.role,
  system.rollbackMachine.role,
  ...config.targets.map(({ account, role, name }) => `arn:aws:iam::${account}:role/${role ?? `${name}-deployment`}`),
];

/** Tells Gantry's own calls of AWS's APIs, those of a state of its machines among them, from all others. */
export function createGantryCallFilter(running: InstalledSystem): (asked: OperationRequest) => boolean {
  const ours = new Set(listGantryRoles(running));
  // A state that invokes a function is counted as the invocation. Lambda delivers a function's log with the function's role, and S3 asks KMS
  // with its reader's: no calls of their own.
  const uncounted = new Set([
    'lambda Invoke',
    'logs PutLogEvents',
    'logs CreateLogStream',
    'logs CreateLogGroup',
    'kms Decrypt',
  ]);
  return ({ as, service, operation }) =>
    ours.has(roleArnOfSession(as.caller.arn)) && !uncounted.has(`${service} ${operation}`);
}

/** Whether an invocation is made by a schedule, whatever is deployed: nobody's release pays for it. */
export const isScheduledInvocation = (by: Pick<FunctionInvocation, 'payload'> | undefined): boolean =>
  by?.payload.includes('"Scheduled Event"') === true;
