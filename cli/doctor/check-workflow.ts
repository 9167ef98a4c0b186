import { formatArn } from '../../core/parsing/partition.ts';
import type { RoleUse } from '../../infra/service-principals.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { listSharedMachines, listStateMachines } from '../../infra/system-state-machines.ts';
import { assumeRoleRequests } from './assume-by-service.ts';
import { checkActionType } from './check-action-type.ts';
import { entryMachineChecks } from './check-entry-machines.ts';
import type { Check } from './check-result.ts';
import { checkVersions } from './check-versions.ts';
import { actionTypeName, type DoctorFacts, type LookupResult } from './facts.ts';
import { findFunctionsAllowedTo } from './functions-by-permission.ts';
import type { IamRequest } from './iam-request.ts';
import { createPermissionCheck } from './permission-check.ts';
import { createResourceCheck } from './resource-check.ts';

const about = 'build account';

/** Gantry itself: the action type, the functions and the state machines. */
export const workflowChecks = (system: SystemDeclaration): Check[] => [
  checkActionType(system),
  checkRoles('state machines', listStateMachines(system), (facts) => facts.machines),
  checkRoles('functions', system.functions, (facts) => facts.functions),
  checkVersions(),
  ...servicePrincipalChecks(system),
  ...workflowPermissionChecks(system),
  ...entryMachineChecks(system),
];

const redeployFix = 'deploy the build account again';

interface RoleHolder {
  name: string;
  role: string;
}

/** Each machine and function must use its own role, which grants exactly what it needs. */
const checkRoles = (
  what: string,
  declared: RoleHolder[],
  read: (facts: DoctorFacts) => LookupResult<Map<string, string>>,
): Check =>
  createResourceCheck({
    link: 'workflow',
    about,
    title: `the ${what} exist and use their own roles`,
    onlyLive: true,
    read,
    wrong: (found) => {
      const missing = declared.filter(({ name }) => !found.has(name));
      const others = declared.filter(({ name, role }) => found.has(name) && found.get(name) !== role);
      if (missing.length + others.length === 0) return undefined;
      return {
        says: [
          ...missing.map(({ name }) => `${name} does not exist`),
          ...others.map(({ name }) => `${name} uses the role ${found.get(name)}`),
        ].join(', and '),
        policy: `${what} ${[...missing, ...others].map(({ name }) => name).join(', ')}`,
        statement: 'role',
        fix: redeployFix,
      };
    },
  });

const rolesOf = (holders: RoleHolder[]): string[] => holders.map(({ role }) => role);

/** Each service can assume the roles that were created for it. */
function servicePrincipalChecks(system: SystemDeclaration): Check[] {
  const { account, region, functions, schedules, rules } = system;
  const own = rules.filter((rule) => rule.account === account && rule.region === region);
  const can = (use: RoleUse, what: string, roles: string[]) =>
    createPermissionCheck({
      link: 'workflow',
      about,
      who: use,
      what,
      asks: assumeRoleRequests(use, { account, region, roles: [...new Set(roles)] }),
    });
  return [
    can('Lambda', "assume the functions' roles", rolesOf(functions)),
    can('Step Functions', "assume the state machines' roles", rolesOf(listStateMachines(system))),
    can(
      'EventBridge Scheduler',
      "assume the schedules' role",
      schedules.map(({ target }) => target.roleArn),
    ),
    can(
      'EventBridge',
      "assume the rules' role",
      own.flatMap(({ target }) => target.roleArn ?? []),
    ),
  ];
}

function workflowPermissionChecks(system: SystemDeclaration): Check[] {
  const { region, machine, rollbackMachine, functions, schedules } = system;
  const table = formatArn('dynamodb', system, `table/${system.table.name}`);
  // IAM compares ARNs case-sensitively, and AWS documents both spellings.
  const types = ['actiontype', 'actionType'].map((prefix) =>
    formatArn('codepipeline', system, `${prefix}:Custom/${actionTypeName(system)}`),
  );
  const may = (who: string, what: string, asks: Omit<IamRequest, 'region'>[]) =>
    createPermissionCheck({ link: 'workflow', about, who, what, asks: asks.map((ask) => ({ ...ask, region })) });
  const byFunctions = (action: string, on: string[]) =>
    findFunctionsAllowedTo(system, action).map(({ role: by }) => ({ by, actions: [action], on }));
  const byFile = (file: string, action: string, on: string[]) =>
    functions.filter((one) => one.file === file).map(({ role: by }) => ({ by, actions: [action], on }));
  return [
    ...schedules.map(({ file, name, target }) =>
      may(`the schedule ${name}`, `invoke ${file}`, [
        { by: target.roleArn, actions: ['lambda:InvokeFunction'], on: [target.arn] },
      ]),
    ),
    may('take-job', `poll for jobs of ${system.actionType.provider}`, byFunctions('codepipeline:PollForJobs', types)),
    may('take-job', 'start the state machine', byFile('take-job', 'states:StartExecution', [machine.arn])),
    may('wake', 'start rollbacks', byFile('wake', 'states:StartExecution', [rollbackMachine.arn])),
    ...listSharedMachines(system).map(({ name, role: by, functions: files }) =>
      may(`the state machine ${name}`, 'invoke every version of its functions', [
        {
          by,
          actions: ['lambda:InvokeFunction'],
          on: functions.filter(({ file }) => files.includes(file)).map(({ arn }) => `${arn}:1`),
        },
      ]),
    ),
    may('the state machines', 'sleep during a rollout and be woken', [
      ...listSharedMachines(system)
        .filter(({ tokens }) => 'Table' in tokens)
        .map(({ role: by }) => ({ by, actions: ['dynamodb:UpdateItem'], on: [table] })),
      ...byFunctions('states:SendTaskSuccess', ['*']),
    ]),
    may('the functions', 'acknowledge a job and report its result', [
      ...['AcknowledgeJob', 'PutJobSuccessResult', 'PutJobFailureResult'].flatMap((operation) =>
        byFunctions(`codepipeline:${operation}`, ['*']),
      ),
    ]),
  ];
}
