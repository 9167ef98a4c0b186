import { randomUUID } from 'node:crypto';
import { getFirstPipeline } from '../../local/run/first-pipeline.ts';
import { putArtifact } from './manual.ts';
import type { TestSystem } from './system.ts';

const takeJob = ({ system }: TestSystem): string => system.functions.find(({ file }) => file === 'take-job')!.name;

const parameters = ({ system }: TestSystem): string => {
  const deploy = getFirstPipeline(system)
    .pipeline.stages.find(({ name }) => name === 'Deploy-test')!
    .actions.at(-1)!;
  return JSON.stringify(deploy.configuration);
};

/** Lambda can deliver an event twice. At the second delivery, the job's execution has already ended. */
export async function deliverJobTwice(system: TestSystem): Promise<string> {
  const { account, machine } = system.system;
  const admin = system.admin(account);
  const { bucket: bucketName, key: objectKey } = await putArtifact(system, { 'imagedefinitions.json': [] });
  const id = randomUUID();
  const location = { type: 'S3', s3Location: { bucketName, objectKey } };
  const data = {
    actionConfiguration: { configuration: { UserParameters: parameters(system) } },
    inputArtifacts: [{ name: 'Build', location }],
  };
  const Payload = JSON.stringify({ 'CodePipeline.job': { id, data } });
  const deliver = () => admin('lambda', 'Invoke', { FunctionName: takeJob(system), Payload });
  const executionArn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${id}`;
  await deliver();
  const look = async () => (await admin('states', 'DescribeExecution', { executionArn })) as { status: string };
  await system.waitUntil(look, ({ status }) => status !== 'RUNNING');
  const answer = (await deliver()) as { Payload: Buffer };
  return answer.Payload.toString().replace(id, 'the job');
}

/** Releases through another team's pipeline, which has its own role and invokes take-job itself. */
export async function releaseByLambda(system: TestSystem): Promise<string> {
  const { account } = system.system;
  const { pipeline, project, bucket } = getFirstPipeline(system.system);
  const role = { arn: `arn:aws:iam::${account}:role/another-pipeline` };
  const everything = { Sid: 'Everything', Effect: 'Allow', Action: '*', Resource: '*' };
  const trust = {
    Sid: 'Service',
    Effect: 'Allow',
    Principal: { Service: 'codepipeline.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const document = (statement: Record<string, unknown>) => ({ Version: '2012-10-17' as const, Statement: [statement] });
  system.cloud.iam.roles.set(role.arn, { ...role, trust: document(trust), policies: { all: document(everything) } });
  // The team's pipeline uses the build project of the installed pipeline. The project's role can write only the artifacts of that pipeline.
  const { roles } = system.cloud.iam;
  const builder = roles.get(project.serviceRole)!;
  const output = { Sid: 'Team', Effect: 'Allow', Action: 's3:PutObject', Resource: `${bucket.arn}/team/*` };
  roles.set(builder.arn, { ...builder, policies: { ...builder.policies, team: document(output) } });
  const [source, build] = pipeline.stages;
  const invoke = {
    name: 'Deploy',
    actionTypeId: { category: 'Invoke', owner: 'AWS', provider: 'Lambda', version: '1' },
    configuration: { FunctionName: takeJob(system), UserParameters: parameters(system) },
    inputArtifacts: [{ name: 'Build' }],
  };
  const admin = system.admin(account);
  const named = { ...pipeline, name: 'team', roleArn: role.arn };
  const stages = [source, build, { name: 'Deploy', actions: [invoke] }];
  await admin('codepipeline', 'CreatePipeline', { pipeline: { ...named, stages } });
  const started = await admin('codepipeline', 'StartPipelineExecution', { name: 'team' });
  const { pipelineExecutionId } = started as { pipelineExecutionId: string };
  const look = () => admin('codepipeline', 'GetPipelineExecution', { pipelineName: 'team', pipelineExecutionId });
  const ended = await system.waitUntil(
    async () => ((await look()) as { pipelineExecution: { status: string } }).pipelineExecution.status,
    (status) => status !== 'InProgress',
  );
  return ended;
}
