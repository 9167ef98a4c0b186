import type { System } from '../../infra/system.ts';
import { actionTypeName, type Facts, machinesOf, type Read } from './facts.ts';
import type { Check } from './finding.ts';
import { functionsThat } from './function-roles.ts';
import type { Ask } from './iam-request.ts';
import { permission } from './permission.ts';
import { thing } from './thing.ts';

const about = 'build account';

/** Gantry itself: the action type, the functions, the state machine. */
export const workflowChecks = (system: System): Check[] => [
  actionType(system),
  actors('state machines', machinesOf(system), (facts) => facts.machines),
  actors('functions', system.functions, (facts) => facts.functions),
  ...services(system),
  ...rights(system),
];

const again = 'deploy the build account again';

const actionType = (system: System): Check => {
  const name = actionTypeName(system);
  return thing({
    link: 'workflow',
    about,
    title: `the action type ${name} is registered`,
    onlyLive: true,
    read: (facts) => facts.actionTypes,
    wrong: (found) =>
      found.includes(name)
        ? undefined
        : {
            says: `the action type ${name} is not registered in ${system.region}`,
            policy: `custom action type ${name}`,
            statement: 'none',
            fix: `${again}: it registers the type (CreateCustomActionType)`,
          },
  });
};

interface Actor {
  name: string;
  role: string;
}

/** Each has a role of its own: with another's it could do more, or less. */
const actors = (what: string, declared: Actor[], read: (facts: Facts) => Read<Map<string, string>>): Check =>
  thing({
    link: 'workflow',
    about,
    title: `the ${what} exist and act as their own roles`,
    onlyLive: true,
    read,
    wrong: (found) => {
      const missing = declared.filter(({ name }) => !found.has(name));
      const others = declared.filter(({ name, role }) => found.has(name) && found.get(name) !== role);
      if (missing.length + others.length === 0) return undefined;
      return {
        says: [
          ...missing.map(({ name }) => `${name} does not exist`),
          ...others.map(({ name }) => `${name} acts as ${found.get(name)}`),
        ].join(', and '),
        policy: `${what} ${[...missing, ...others].map(({ name }) => name).join(', ')}`,
        statement: 'role',
        fix: again,
      };
    },
  });

/** Each service may be the role that was made for it. */
function services(system: System): Check[] {
  const { account, region, functions, schedules } = system;
  const may = (who: string, what: string, roles: { service: string; arns: string[] }) =>
    permission({
      link: 'workflow',
      about,
      who,
      what,
      asks: roles.arns.map((arn) => ({
        by: { service: roles.service, account },
        region,
        actions: ['sts:AssumeRole'],
        on: [arn],
      })),
    });
  const arns = functions.map(({ role }) => role);
  return [
    may('Lambda', "assume the functions' roles", { service: 'lambda.amazonaws.com', arns }),
    may('Step Functions', "assume the state machines' roles", {
      service: 'states.amazonaws.com',
      arns: machinesOf(system).map(({ role }) => role),
    }),
    may('EventBridge Scheduler', "assume the schedules' role", {
      service: 'scheduler.amazonaws.com',
      arns: [...new Set(schedules.map(({ target }) => target.roleArn))],
    }),
  ];
}

function rights(system: System): Check[] {
  const { account, region, machine, actionType: type, schedules } = system;
  const table = `arn:aws:dynamodb:${region}:${account}:table/${system.table.name}`;
  const types = `arn:aws:codepipeline:${region}:${account}:actiontype:Custom/${actionTypeName(system)}`;
  const may = (who: string, what: string, asks: Omit<Ask, 'region'>[]) =>
    permission({ link: 'workflow', about, who, what, asks: asks.map((ask) => ({ ...ask, region })) });
  const byFunctions = (action: string, on: string[]) =>
    functionsThat(system, action).map(({ role: by }) => ({ by, actions: [action], on }));
  return [
    ...schedules.map(({ file, name, target }) =>
      may(`the schedule ${name}`, `wake ${file}`, [
        { by: target.roleArn, actions: ['lambda:InvokeFunction'], on: [target.arn] },
      ]),
    ),
    may('take-job', `poll for jobs of ${type.provider}`, byFunctions('codepipeline:PollForJobs', [types])),
    may('take-job', 'start the state machine', byFunctions('states:StartExecution', [machine.arn])),
    ...machinesOf(system).map(({ name, role: by, tokens }) =>
      may(`the state machine ${name}`, 'invoke its functions', [
        {
          by,
          actions: ['lambda:InvokeFunction'],
          on: Object.values(tokens).filter((token) => token.startsWith('arn:aws:lambda:')),
        },
      ]),
    ),
    may('the state machines', 'sleep through a rollout and be woken', [
      ...machinesOf(system).map(({ role: by }) => ({ by, actions: ['dynamodb:UpdateItem'], on: [table] })),
      ...byFunctions('states:SendTaskSuccess', ['*']),
    ]),
    may('the functions', 'acknowledge a job and report its result', [
      ...['AcknowledgeJob', 'PutJobSuccessResult', 'PutJobFailureResult'].flatMap((operation) =>
        byFunctions(`codepipeline:${operation}`, ['*']),
      ),
    ]),
  ];
}
