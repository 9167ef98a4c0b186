import type { FunctionInvocation, OperationRequest } from '../local/cloud.ts';
import type { RunningSystem } from '../local/run/start.ts';

/** The parts of the installed system that identify Gantry's callers. */
export type SystemCallers = Pick<RunningSystem, 'system' | 'config'>;

/** Returns the role of a session: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION` belongs to `arn:aws:iam::ACCOUNT:role/ROLE`. */
const roleArnOfSession = (arn: string): string =>
  arn.replace(':sts:', ':iam:').replace(/:assumed-role\/(.+)\/[^/]+$/, ':role/$1');

/** Lists Gantry's own roles: those of its functions and state machines, and those in the target accounts. */
const listGantryRoles = ({ system, config }: SystemCallers): string[] => [
  ...system.functions.map(({ role }) => role),
  system.machine.role,
  system.rollbackMachine.role,
  ...config.targets.map(({ account, role, name }) => `arn:aws:iam::${account}:role/${role ?? `${name}-deployment`}`),
];

/** Returns a predicate for Gantry's own calls to AWS, including those of its state machines. */
export function createGantryCallFilter(running: SystemCallers): (request: OperationRequest) => boolean {
  const gantryRoles = new Set(listGantryRoles(running));
  // A state that invokes a function is counted as an invocation. Gantry does not make the following calls itself: Lambda writes a function's log with the
  // function's role, and S3 calls KMS with its reader's role.
  const uncounted = new Set([
    'lambda Invoke',
    'logs PutLogEvents',
    'logs CreateLogStream',
    'logs CreateLogGroup',
    'kms Decrypt',
  ]);
  return ({ as, service, operation }) =>
    gantryRoles.has(roleArnOfSession(as.caller.arn)) && !uncounted.has(`${service} ${operation}`);
}

/** True if a schedule made the invocation. Such an invocation happens without any release, so it is not part of a release's cost. */
export const isScheduledInvocation = (by: Pick<FunctionInvocation, 'payload'> | undefined): boolean =>
  by?.payload.includes('"Scheduled Event"') === true;
