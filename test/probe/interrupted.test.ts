import { beforeAll, describe, expect, it } from 'vitest';
import type { ProbeClient } from '../../aws/probe/client.ts';
import { probe, startProbedCloud, takeInventory } from './probed-account.ts';

/** Every call that changes something, in the order of the run. */
const changes = [
  'kms CreateKey',
  'kms CreateAlias',
  's3 CreateBucket',
  's3 PutBucketVersioning',
  's3 PutObject',
  'iam CreateRole',
  'iam PutRolePolicy',
  'codepipeline CreateCustomActionType',
  'codepipeline CreatePipeline',
  'codepipeline StartPipelineExecution',
  'codepipeline PollForJobs',
  'codepipeline AcknowledgeJob',
  'codepipeline PutJobSuccessResult',
  'logs CreateLogGroup',
  'lambda CreateFunction',
  'states CreateStateMachine',
  'states StartExecution',
  'ecs CreateCluster',
  'ecs RegisterTaskDefinition',
  'ecs CreateService',
  'ecs StopServiceDeployment',
] as const;

const aws = await startProbedCloud();
let before: unknown;

beforeAll(async () => {
  before = await takeInventory(aws);
});

/** Changes what happens at the first call of an operation. */
const at =
  (change: string, act: (proceed: () => Promise<unknown>) => Promise<unknown>) =>
  (client: ProbeClient): ProbeClient => {
    let isDone = false;
    return {
      ...client,
      call(service, operation, input, as) {
        const proceed = () => client.call(service, operation, input, as);
        if (isDone || `${service} ${operation}` !== change) return proceed();
        isDone = true;
        return act(proceed);
      },
    };
  };

const connectionLost = (): never => {
  throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' });
};

describe('a run with --create leaves nothing behind if', () => {
  it.each(changes)('it is interrupted during %s', async (change) => {
    const interruption = new AbortController();
    const wrap = at(change, (proceed) => {
      interruption.abort();
      return proceed();
    });
    const { state, left } = await probe(aws, { create: true }, { wrap, interruption });
    expect({ state, left, after: await takeInventory(aws) }).toEqual({ state: 'interrupted', left: [], after: before });
  });

  it.each(changes.filter((change) => /Create|Register|PutObject/.test(change)))(
    'the answer of %s is lost',
    async (change) => {
      const { state, left } = await probe(
        aws,
        { create: true },
        { wrap: at(change, (go) => go().then(connectionLost)) },
      );
      expect({ state, left, after: await takeInventory(aws) }).toEqual({ state: 'finished', left: [], after: before });
    },
  );
});

/** Resources that another run can create before this run, and the resources that the probe must leave alone then. */
const taken: [change: string, description: RegExp][] = [
  ['kms CreateAlias', /KMS key/],
  ['s3 CreateBucket', /S3 bucket/],
  ['iam CreateRole', /IAM role gantry-probe-poller/],
  ['codepipeline CreatePipeline', /pipeline gantry-probe$/],
];

it.each(taken)('does not remove what another run created first with %s', async (change, description) => {
  const { state, left } = await probe(aws, { create: true }, { wrap: at(change, (create) => create().then(create)) });
  expect({ state, left }).toEqual({ state: 'finished', left: [] });
  const later = await probe(aws, { create: true });
  expect(later).toMatchObject({ state: 'refused', left: [expect.stringMatching(description)] });
  expect(await probe(aws, { remove: true })).toMatchObject({ state: 'removed', left: [] });
  expect(await takeInventory(aws)).toEqual(before);
});

/** The error text of a service that does not know a new role yet, by the call that the service refuses. */
const unknownRoles: [change: string, name: string, message: string][] = [
  [
    'codepipeline CreatePipeline',
    'InvalidStructureException',
    'CodePipeline is not authorized to perform AssumeRole on role arn:aws:iam::111111111111:role/x',
  ],
  [
    'lambda CreateFunction',
    'InvalidParameterValueException',
    'The role defined for the function cannot be assumed by Lambda.',
  ],
  [
    'states CreateStateMachine',
    'AccessDeniedException',
    'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
  ],
];

const refuse = (name: string, message: string): never => {
  throw Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
};

describe('a role that IAM has just created', () => {
  it.each(unknownRoles)('may be unknown to %s at first', async (change, name, message) => {
    const { findings } = await probe(aws, { create: true }, { wrap: at(change, async () => refuse(name, message)) });
    expect([findings['poll-nonce'], findings['details-lambda'], findings['sdk-errors']]).toMatchObject([
      { state: 'answered', answer: 'kept' },
      { state: 'answered', answer: 'given' },
      { state: 'answered', answer: 'DynamoDb' },
    ]);
  });

  it('is one that CodePipeline cannot assume if CreatePipeline refuses it for a minute', async () => {
    const [, name, message] = unknownRoles[0]!;
    const wrap = (client: ProbeClient): ProbeClient => ({
      ...client,
      async call(service, operation, input, as) {
        if (operation === 'CreatePipeline' && JSON.stringify(input).includes('gantry-probe-trust'))
          refuse(name, message);
        return client.call(service, operation, input, as);
      },
    });
    const { findings, left } = await probe(aws, { create: true }, { wrap });
    expect(findings['pipeline-source-account']).toEqual({ state: 'answered', answer: 'absent' });
    expect({ left, after: await takeInventory(aws) }).toEqual({ left: [], after: before });
  });
});
