import { type AccountAndRegion, formatArn, formatBucketArn, formatIamArn } from '../../core/parsing/partition.ts';
import type { TemplateResource } from './resource.ts';

type Properties = TemplateResource['Properties'];

/** The ARNs of a resource with this name. */
type ListArns = (place: AccountAndRegion, name: string, properties: Properties) => string[];

const inService =
  (service: string, prefix = ''): ListArns =>
  (place, name) => [formatArn(service, place, `${prefix}${name}`)];

/** Returns the ARNs of the resource and of its parts: the versions of a function, the subscriptions of a topic, the streams of a log group. */
const withParts =
  (service: string, prefix = ''): ListArns =>
  (place, name) =>
    ['', ':*'].map((part) => formatArn(service, place, `${prefix}${name}${part}`));

const ofRole: ListArns = (place, name, { Path = '/' }) => [formatIamArn(place, `role${Path}${name}`)];

/** IAM compares ARNs case-sensitively, and AWS's documents have both spellings (infra/installation.ts). */
const ofActionType: ListArns = (place, name) =>
  ['actiontype', 'actionType'].map((type) => formatArn('codepipeline', place, `${type}:Custom/Deploy/${name}/*`));

/** The types whose resources have a name: the property with the name, and the ARNs. */
const namedTypes = new Map<string, [property: string, list: ListArns]>([
  ['AWS::CloudWatch::Alarm', ['AlarmName', inService('cloudwatch', 'alarm:')]],
  ['AWS::CodeBuild::Project', ['Name', inService('codebuild', 'project/')]],
  ['AWS::CodePipeline::CustomActionType', ['Provider', ofActionType]],
  ['AWS::CodePipeline::Pipeline', ['Name', inService('codepipeline')]],
  ['AWS::DynamoDB::Table', ['TableName', inService('dynamodb', 'table/')]],
  ['AWS::ECR::Repository', ['RepositoryName', inService('ecr', 'repository/')]],
  ['AWS::Events::EventBusPolicy', ['EventBusName', inService('events', 'event-bus/')]],
  ['AWS::Events::Rule', ['Name', inService('events', 'rule/')]],
  ['AWS::IAM::Role', ['RoleName', ofRole]],
  ['AWS::KMS::Alias', ['AliasName', inService('kms')]],
  ['AWS::Lambda::Function', ['FunctionName', withParts('lambda', 'function:')]],
  ['AWS::Logs::LogGroup', ['LogGroupName', withParts('logs', 'log-group:')]],
  ['AWS::S3::Bucket', ['BucketName', (place, name) => [formatBucketArn(place.region, name)]]],
  ['AWS::SNS::Topic', ['TopicName', withParts('sns')]],
  ['AWS::SQS::Queue', ['QueueName', inService('sqs')]],
  ['AWS::Scheduler::Schedule', ['Name', inService('scheduler', 'schedule/default/')]],
  ['AWS::StepFunctions::StateMachine', ['StateMachineName', inService('states', 'stateMachine:')]],
]);

/** For each type whose resources are parts of another resource: the type of that other resource. */
const partTypes = new Map([
  ['AWS::Lambda::Permission', 'AWS::Lambda::Function'],
  ['AWS::Lambda::Version', 'AWS::Lambda::Function'],
  ['AWS::S3::BucketPolicy', 'AWS::S3::Bucket'],
  ['AWS::SNS::Subscription', 'AWS::SNS::Topic'],
  ['AWS::SQS::QueuePolicy', 'AWS::SQS::Queue'],
]);

/** Returns the type whose ARNs apply to a resource. For a part of another resource, this is the type of the other resource. */
export const ownerType = (type: string): string => partTypes.get(type) ?? type;

/**
 * Replaces the part of a name after the installation's prefix by `*`. So the policy is short, and it does not change if a release of Gantry adds a function.
 */
export const shortenArn = (arn: string, prefix: string): string => {
  const at = arn.indexOf(`${prefix}-`);
  return at < 0 ? arn : `${arn.slice(0, at)}${prefix}-*`;
};

/** The ARNs of all resources of a type in a template, as patterns. KMS chooses the id of a key. Throws for a type that is a part of another one. */
export function listArns(
  resources: TemplateResource[],
  type: string,
  place: AccountAndRegion,
  prefix: string,
): string[] {
  if (type === 'AWS::KMS::Key') return [formatArn('kms', place, 'key/*')];
  const [property, list] = namedTypes.get(type) ?? [];
  if (property === undefined || list === undefined)
    throw new Error(`infra/template/resource-arn.ts has no ARN for ${type}.`);
  const all = resources.filter(({ Type }) => Type === type);
  const arns = all.flatMap(({ Properties }) => list(place, String(Properties[property]), Properties));
  return [...new Set(arns.map((arn) => shortenArn(arn, prefix)))];
}
