import { z } from 'zod';
import { regionalArn } from '../partition.ts';
import { key, keyAlias, role } from './access-resources.ts';
import { actionType, alarm, logGroup, pipeline, project } from './delivery-resources.ts';
import { busStatement, rule, schedule } from './event-resources.ts';
import { lambdaFunction, permission, stateMachine, version } from './function-resources.ts';
import { named, type ResourceType } from './resource-type.ts';
import { bucket, bucketPolicy, repository, table } from './storage-resources.ts';

/** There is no embedded SQS: events that cannot be delivered are kept with the function (local/lambda/functions.ts). */
const queue: ResourceType = {
  async create(properties, { place: { account, region } }) {
    const { QueueName } = z.looseObject({ QueueName: z.string() }).parse(properties);
    return named(`https://sqs.${region}.amazonaws.com/${account}/${QueueName}`, {
      Arn: regionalArn('sqs', { account, region }, QueueName),
    });
  },
};

const queuePolicy: ResourceType = {
  async create(properties) {
    const { Queues } = z.looseObject({ Queues: z.array(z.url()) }).parse(properties);
    return named(Queues.join());
  },
};

/** The types of resources that a stack in the embedded AWS can have. */
export const resourceTypes: ReadonlyMap<string, ResourceType> = new Map([
  ['AWS::CloudWatch::Alarm', alarm],
  ['AWS::CodeBuild::Project', project],
  ['AWS::CodePipeline::CustomActionType', actionType],
  ['AWS::CodePipeline::Pipeline', pipeline],
  ['AWS::DynamoDB::Table', table],
  ['AWS::ECR::Repository', repository],
  ['AWS::Events::EventBusPolicy', busStatement],
  ['AWS::Events::Rule', rule],
  ['AWS::IAM::Role', role],
  ['AWS::KMS::Alias', keyAlias],
  ['AWS::KMS::Key', key],
  ['AWS::Lambda::Function', lambdaFunction],
  ['AWS::Lambda::Permission', permission],
  ['AWS::Lambda::Version', version],
  ['AWS::Logs::LogGroup', logGroup],
  ['AWS::S3::Bucket', bucket],
  ['AWS::S3::BucketPolicy', bucketPolicy],
  ['AWS::SQS::Queue', queue],
  ['AWS::SQS::QueuePolicy', queuePolicy],
  ['AWS::Scheduler::Schedule', schedule],
  ['AWS::StepFunctions::StateMachine', stateMachine],
]);
