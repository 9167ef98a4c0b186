import type { System } from '../../infra/system.ts';
import { actionTypeName } from './facts.ts';
import type { Check } from './finding.ts';
import { functionsThat } from './function-roles.ts';
import { type Ask, permission } from './permission.ts';
import { thing } from './thing.ts';

const about = 'build account';

/** Gantry itself: the action type, the functions, the state machine. */
export const workflowChecks = (system: System): Check[] => [
  actionType(system),
  machineExists(system),
  functionsExist(system),
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

const machineExists = ({ machine }: System): Check =>
  thing({
    link: 'workflow',
    about,
    title: `the state machine ${machine.name} exists and acts as its role`,
    onlyLive: true,
    read: (facts) => facts.machine,
    wrong: (role) =>
      role === machine.role
        ? undefined
        : {
            says: `the state machine acts as ${role}, whose rights are not the declared ones`,
            policy: `state machine ${machine.name}`,
            statement: 'roleArn',
            fix: `set roleArn to ${machine.role}`,
          },
    tellsMissing: { policy: `state machine ${machine.name}`, statement: 'none', fix: again },
  });

/** Each function has a role of its own: with another's it could do more, or less. */
const functionsExist = ({ functions }: System): Check =>
  thing({
    link: 'workflow',
    about,
    title: 'the functions exist and act as their own roles',
    onlyLive: true,
    read: (facts) => facts.functions,
    wrong: (found) => {
      const missing = functions.filter(({ name }) => !found.has(name)).map(({ name }) => name);
      const others = functions.filter(({ name, role }) => found.has(name) && found.get(name) !== role);
      if (missing.length + others.length === 0) return undefined;
      const strangers = others.map(({ name }) => `${name} acts as ${found.get(name)}`);
      return {
        says: [...missing.map((name) => `there is no function ${name}`), ...strangers].join(', and '),
        policy: `functions ${[...missing, ...others.map(({ name }) => name)].join(', ')}`,
        statement: 'Role',
        fix: again,
      };
    },
  });

/** Each service may be the role that was made for it. */
function services({ account, region, functions, machine, schedule }: System): Check[] {
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
    may('Lambda', "act as the functions' roles", { service: 'lambda.amazonaws.com', arns }),
    may('Step Functions', "act as the state machine's role", { service: 'states.amazonaws.com', arns: [machine.role] }),
    may('EventBridge Scheduler', "act as the schedule's role", {
      service: 'scheduler.amazonaws.com',
      arns: [schedule.target.roleArn],
    }),
  ];
}

function rights(system: System): Check[] {
  const { account, region, machine, actionType: type, schedule } = system;
  const types = `arn:aws:codepipeline:${region}:${account}:actiontype:Custom/${actionTypeName(system)}`;
  const may = (who: string, what: string, asks: Omit<Ask, 'region'>[]) =>
    permission({ link: 'workflow', about, who, what, asks: asks.map((ask) => ({ ...ask, region })) });
  const byFunctions = (action: string, on: string[]) =>
    functionsThat(system, action).map(({ role: by }) => ({ by, actions: [action], on }));
  return [
    may(`the schedule ${schedule.name}`, 'wake take-job', [
      { by: schedule.target.roleArn, actions: ['lambda:InvokeFunction'], on: [schedule.target.arn] },
    ]),
    may('take-job', `poll for jobs of ${type.provider}`, byFunctions('codepipeline:PollForJobs', [types])),
    may('take-job', 'start the state machine', byFunctions('states:StartExecution', [machine.arn])),
    may('the state machine', 'invoke its functions', [
      { by: machine.role, actions: ['lambda:InvokeFunction'], on: Object.values(machine.tokens) },
    ]),
    may('the functions', 'acknowledge a job and report its result', [
      ...['AcknowledgeJob', 'PutJobSuccessResult', 'PutJobFailureResult'].flatMap((operation) =>
        byFunctions(`codepipeline:${operation}`, ['*']),
      ),
    ]),
  ];
}
