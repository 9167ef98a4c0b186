import fc from 'fast-check';
import { otherAnswers } from '../../local/assumptions/answers.ts';
import type { Fault } from '../../local/faults/fault.ts';
import { services } from './config.ts';
import {
  type ChaosPlan,
  type DeploymentPlan,
  deploymentLabel,
  type ServicePlan,
  type TimedAct,
  taskKinds,
} from './plan.ts';
import { shiftPlan } from './shift-arbitrary.ts';

/** The calls of a deployment, of a rollback and of the poller. */
const calls = [
  ...['ecs DescribeServices', 'ecs DescribeTaskDefinition', 'ecs RegisterTaskDefinition', 'ecs UpdateService'],
  ...[
    'ecs ListTaskDefinitions',
    'ecs ListServiceDeployments',
    'ecs DescribeServiceDeployments',
    'ecs StopServiceDeployment',
  ],
  ...[
    'ecs DescribeServiceRevisions',
    'ecs ListTasks',
    'sts AssumeRole',
    'ecr BatchGetImage',
    's3 GetObject',
    's3 HeadObject',
  ],
  ...['codepipeline PollForJobs', 'codepipeline AcknowledgeJob', 'codepipeline PutJobSuccessResult'],
  ...[
    'codepipeline PutJobFailureResult',
    'states StartExecution',
    'states ListExecutions',
    'states DescribeExecution',
    'dynamodb GetItem',
    'dynamodb PutItem',
    'dynamodb UpdateItem',
    'events PutEvents',
  ],
  ...['ecs RunTask', 'ecs DescribeTasks', 'ecs StopTask', 'scheduler GetSchedule', 'scheduler UpdateSchedule'],
  ...['ecs', 'dynamodb', 'codepipeline', ''],
];

/** The calls that start a wait (made by the state machine) and end it. */
const waitCalls = [
  ['dynamodb UpdateItem', 'shop-production-deploy'],
  ['dynamodb UpdateItem', 'shop-production-rollback'],
  ['dynamodb UpdateItem', 'shop-production-wake'],
  ['states SendTaskSuccess'],
];

const callFaults = [
  ...['throttled', 'unavailable', 'expired', 'lost before', 'lost after'],
  ...['late effect', 'late answer', 'killed before', 'killed after'],
] as const;

/** Asynchronous invocations, which AWS may repeat, delay or drop. */
const asyncInvocations = [
  ['take-job'],
  ['report-dead-execution'],
  ['report-dead-execution', 'executionArn'],
  ['production-wake'],
];
const steps = [
  'read-images',
  'check-target',
  'register-revision',
  'run-task',
  'update-service',
  'watch-rollout',
  'roll-back',
  'watch-rollback',
  'move-schedules',
  'report-rollback',
  'report-success',
  'report-failure',
];

/** Events, selected by words in them. Of Step Functions' many events, only those about failed and aborted executions matter. */
const events = [
  ['aws.codepipeline'],
  ['aws.ecs'],
  ['aws.ecs', 'SERVICE_DEPLOYMENT_COMPLETED'],
  ['aws.ecs', 'STOPPED'],
  ['gantry'],
  ['aws.states', 'ABORTED'],
  ['aws.states', 'FAILED'],
];

const nth = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 6 }));
const times = fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 3 }));

const call = (labels: string[]): fc.Arbitrary<string[]> =>
  fc
    .tuple(fc.constantFrom(...calls), fc.constantFrom(...labels))
    .map(([word, label]) => [word, label].filter((text) => text !== ''));

/** The actions of others on a service. Only `test/web` has a configured alarm. */
const serviceActs = [
  ...['deploy', 'deploy broken', 'scale', 'scale in', 'scale to zero', 'deregister', 'deregister newest'],
  ...['roll back', 'alarm', 'scaling alarm', 'own alarm'],
  ...['stop deployment', 'roll back deployment', 'change schedule'],
];

/** The names of all actions of others (other-actors.ts). */
const listActs = (deployments: number): string[] => [
  ...services.flatMap(({ target }) => serviceActs.map((what) => `${what} ${target}`)),
  `configured alarm ${services[0]!.target}`,
  ...Array.from({ length: deployments }, (_, index) => deploymentLabel(index)).flatMap((label) => [
    `stop execution ${label}`,
    `stop pipeline ${label}`,
    `abandon pipeline ${label}`,
  ]),
];

const faultFor = (deployments: number): fc.Arbitrary<Fault> => {
  const labels = ['', ...Array.from({ length: deployments }, (_, index) => deploymentLabel(index))];
  const acts = listActs(deployments);
  const which = { words: call(labels), nth, times };
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        ...which,
        to: fc.constant('call' as const),
        what: fc.constantFrom(...callFaults),
        seconds: fc.integer({ min: 1, max: 70 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        words: fc.constantFrom(...waitCalls),
        nth,
        times,
        to: fc.constant('call' as const),
        what: fc.constantFrom(...callFaults),
        seconds: fc.integer({ min: 1, max: 70 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        ...which,
        times: fc.constant(1),
        to: fc.constant('call' as const),
        what: fc.constant('meanwhile' as const),
        act: fc.constantFrom(...acts),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        words: fc.constantFrom(...events),
        nth,
        times,
        to: fc.constant('event' as const),
        what: fc.constantFrom('never' as const, 'twice' as const, 'late' as const),
        seconds: fc.integer({ min: 1, max: 300 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        words: fc.constantFrom(...asyncInvocations),
        nth,
        times,
        to: fc.constant('run' as const),
        what: fc.constantFrom('never' as const, 'twice' as const, 'late' as const, 'dies' as const),
        seconds: fc.integer({ min: 1, max: 120 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        words: fc.constantFrom(...steps).map((name) => [name]),
        nth,
        times,
        to: fc.constant('run' as const),
        what: fc.constantFrom('twice' as const, 'dies' as const),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        to: fc.constantFrom('call' as const, 'run' as const),
        what: fc.constant('outage' as const),
        words: fc
          .constantFrom('take-job', 'report-dead', 'production-wake', 'dynamodb', 'ecs ', 'sts', 'ecr', 'events')
          .map((word) => [word]),
        from: fc.integer({ min: 0, max: 300 }),
        seconds: fc.constantFrom(30, 90, 600),
      }),
    },
  );
};

const rollingService: fc.Arbitrary<ServicePlan> = fc.record({
  breaker: fc.constantFrom('rolls back', 'stops', 'none'),
  desired: fc.integer({ min: 1, max: 3 }),
  unknown: fc.boolean(),
  alarm: fc.constantFrom('none', 'stops', 'rolls back'),
  history: fc.oneof(
    { weight: 4, arbitrary: fc.constant('all' as const) },
    { weight: 1, arbitrary: fc.constantFrom('later' as const, 'none' as const) },
  ),
});

/** Most runs have no strategy that shifts traffic, because such deployments take longer. ECS keeps the history of each such deployment. */
const service: fc.Arbitrary<ServicePlan> = fc
  .tuple(
    rollingService,
    fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: shiftPlan }),
  )
  .map(([rolling, shift]) =>
    shift === undefined
      ? rolling
      : {
          ...rolling,
          shift,
          history: rolling.history === 'none' ? ('later' as const) : (rolling.history ?? ('all' as const)),
        },
  );

const deployment: fc.Arbitrary<DeploymentPlan> = fc.record({
  service: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 }) }),
  by: fc.constantFrom('job', 'hand'),
  container: fc.constantFrom('app', 'proxy'),
  image: fc.oneof(
    { weight: 4, arbitrary: fc.constant('healthy' as const) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        'slow',
        'crash',
        'crash later',
        'unhealthy',
        'out of memory',
        'cannot start',
        'missing',
      ),
    },
  ),
  after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200 })),
  timeoutMinutes: fc.integer({ min: 2, max: 8 }),
  rollBack: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
});

/** Up to four answers that are not the defaults. */
const answers = fc.uniqueArray(fc.constantFrom(...otherAnswers), { selector: ({ id }) => id, maxLength: 4 });

/** The actions of others in a run, mostly on the first service. They happen at any time, also before the first release and after the last one. */
const timedActs = (deployments: number): fc.Arbitrary<TimedAct[]> => {
  const ofFirst = listActs(deployments).filter((act) => !act.includes('prod/') && !act.includes('/api'));
  const act = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...ofFirst) },
    { weight: 1, arbitrary: fc.constantFrom(...listActs(deployments)) },
  );
  return fc.array(fc.record({ act, after: fc.integer({ min: 0, max: 420 }) }), { maxLength: 3 });
};

/** Some runs have tasks and schedules. Half of the tasks succeed, so that some releases reach their end. */
const taskKind = fc.oneof(
  { weight: 1, arbitrary: fc.constant('succeed' as const) },
  { weight: 1, arbitrary: fc.constantFrom(...taskKinds) },
);
const tasks = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.record({ migrate: taskKind, smoke: taskKind }) },
);

/** Any plan: three services, one to five deployments, up to six faults, and up to three actions of others. */
export const plans: fc.Arbitrary<ChaosPlan> = fc
  .array(deployment, { minLength: 1, maxLength: 5 })
  .chain((deployments) =>
    fc.record({
      services: fc.array(service, { minLength: services.length, maxLength: services.length }),
      deployments: fc.constant(deployments),
      acts: timedActs(deployments.length),
      faults: fc.array(faultFor(deployments.length), { maxLength: 6 }),
      answers,
      tasks,
      polling: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
  );
