import {
  AcknowledgeJobCommand,
  CodePipelineClient,
  CreatePipelineCommand,
  PollForJobsCommand,
} from '@aws-sdk/client-codepipeline';
import { CreateTableCommand, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  ListExecutionsCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { codepipeline, setSource } from '../../local/codepipeline.ts';
import { dynamodb } from '../../local/dynamodb.ts';
import { states } from '../../local/states.ts';
import {
  allowPolicy,
  createBucketService,
  createGantryType,
  gantryType,
  giveRole,
  pipelineRole,
  pipelineWith,
  recordedEvents,
  startPipeline,
  waitForEvent,
} from '../local/pipeline.ts';
import { buildAccountId } from '../start.ts';
import { createBuildAccount } from './build-account.ts';

/** The permissions of take-job and acknowledge-job. */
export const permissions = [
  'codepipeline:PollForJobs',
  'codepipeline:AcknowledgeJob',
  'codepipeline:GetJobDetails',
  'dynamodb:UpdateItem',
  'states:StartExecution',
  'states:DescribeExecution',
];

export const scheduled = { 'detail-type': 'Scheduled Event' };
export const started = { 'detail-type': 'CodePipeline Action Execution State Change', detail: { state: 'STARTED' } };

export const deploy = {
  name: 'Deploy',
  actionTypeId: gantryType,
  configuration: { ClusterName: 'main', ServiceName: 'web' },
  inputArtifacts: [{ name: 'SourceArtifact' }],
};

export const waiting = { Type: 'Wait', Seconds: 3600 };
export const acknowledging = (status: string) => ({ Type: 'Pass', Result: { status }, ResultPath: '$.acknowledged' });

const machineRole = `arn:aws:iam::${buildAccountId}:role/machine`;
const TableName = 'ledger';

export interface JobOffer {
  id: string;
  nonce: string;
  /** The id of the action execution, which is part of the first execution's name. */
  name: string;
}

/** Starts a build account with Gantry's action type, pipelines that offer jobs, and state machines with one state. */
export async function createJobOffers() {
  const aws = await createBuildAccount(codepipeline, states, dynamodb, createBucketService([]));
  const pipelines = new CodePipelineClient(aws.as(buildAccountId));
  const machines = new SFNClient(aws.as(buildAccountId));
  await prepareAccount(aws, pipelines);
  const table = new DynamoDBClient(aws.as(buildAccountId));
  let machine = '';
  let count = 0;
  const offers = async () =>
    (await pipelines.send(new PollForJobsCommand({ actionTypeId: gantryType, maxBatchSize: 1000 }))).jobs ?? [];
  const executionArn = (name: string) => `${machine.replace('stateMachine', 'execution')}:${name}`;
  return {
    aws,
    pipelines,
    offers,
    /** Makes take-job start executions of a machine with this one state from now on. */
    async use(state: object): Promise<void> {
      count += 1;
      const definition = JSON.stringify({ StartAt: 'Only', States: { Only: { End: true, ...state } } });
      const made = await machines.send(
        new CreateStateMachineCommand({ name: `machine-${count}`, definition, roleArn: machineRole }),
      );
      machine = made.stateMachineArn!;
      process.env.STATE_MACHINE_ARN = machine;
    },
    /** Runs a pipeline until its deploy actions offer jobs; returns these jobs. */
    async queue(...actions: object[]): Promise<JobOffer[]> {
      count += 1;
      const name = `pipeline-${count}`;
      const stages = [{ name: 'Deploy', actions: actions.length ? actions : [deploy] }];
      await pipelines.send(new CreatePipelineCommand({ pipeline: pipelineWith(name, stages) }));
      await startPipeline(pipelines, name);
      await waitForEvent(aws, { pipeline: name, action: 'Deploy', state: 'STARTED' });
      const found = (await offers()).filter(({ data }) => data?.pipelineContext?.pipelineName === name);
      return found.map((job) => ({
        id: job.id!,
        nonce: job.nonce!,
        name: job.data!.pipelineContext!.action!.actionExecutionId!,
      }));
    },
    /** Sets the end of the poller's lease, and its holder. */
    async setLease(holder: string, heldUntil: number): Promise<void> {
      await table.send(
        new UpdateItemCommand({
          TableName,
          Key: { pk: { S: 'poller#take-job' }, sk: { S: 'lease' } },
          UpdateExpression: 'SET holder = :holder, heldUntil = :until, wakeUps = :none',
          ExpressionAttributeValues: {
            ':holder': { S: holder },
            ':until': { N: String(heldUntil) },
            ':none': { N: '0' },
          },
        }),
      );
    },
    /** Makes the table unavailable while `act` runs. */
    async withoutTable<Answer>(act: () => Promise<Answer>): Promise<Answer> {
      const service = aws.cloud.services.get('dynamodb')!;
      aws.cloud.services.delete('dynamodb');
      try {
        return await act();
      } finally {
        aws.cloud.services.set('dynamodb', service);
      }
    },
    /** Acknowledges all offered jobs, so that a test begins without jobs. */
    async acknowledgeAll(): Promise<void> {
      for (const { id, nonce } of await offers()) await pipelines.send(new AcknowledgeJobCommand({ jobId: id, nonce }));
    },
    describeExecution: (name: string) =>
      machines.send(new DescribeExecutionCommand({ executionArn: executionArn(name) })),
    stopExecution: (name: string) => machines.send(new StopExecutionCommand({ executionArn: executionArn(name) })),
    executions: async () =>
      (await machines.send(new ListExecutionsCommand({ stateMachineArn: machine }))).executions!.map(
        ({ name }) => name!,
      ),
    untilSucceeded: (name: string) => waitForEvent(aws, { name, status: 'SUCCEEDED' }),
  };
}

type BuildAccount = Awaited<ReturnType<typeof createBuildAccount>>;

async function prepareAccount({ cloud, as }: BuildAccount, pipelines: CodePipelineClient): Promise<void> {
  Object.assign(process.env, { PROVIDER: 'Gantry', TAKE_JOB: 'take-job', VERSIONS: '1', TABLE: TableName });
  recordedEvents(cloud);
  giveRole(cloud, pipelineRole, allowPolicy('s3:*', 'codeconnections:UseConnection'));
  giveRole(cloud, machineRole, allowPolicy('lambda:InvokeFunction'));
  setSource(cloud, 'acme/shop#main', async () => ({
    revision: '3f1c0de',
    summary: 'Sell more',
    zip: Buffer.from('zip'),
  }));
  await createGantryType(pipelines);
  await new DynamoDBClient(as(buildAccountId)).send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
}
