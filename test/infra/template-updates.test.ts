import { describe, expect, it } from 'vitest';
import { type Config, validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import type { Template, TemplateResource } from '../../infra/template/resource.ts';
import { createTargetTemplate } from '../../infra/template/target-template.ts';
import { buildTemplate, fixedDigests } from './templates.ts';

/**
 * The properties, among those in our templates, that CloudFormation can change only with a new resource (`createOnlyProperties` of AWS's resource schemas, as
 * cfn-lint 1.51 has them). The first property is the name. CloudFormation refuses to replace a resource that keeps its name.
 */
const createOnly: Record<string, string[]> = {
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::CodeBuild::Project': ['Name'],
  'AWS::CodePipeline::CustomActionType': [
    ...['Provider', 'Version', 'Category', 'ConfigurationProperties', 'InputArtifactDetails', 'OutputArtifactDetails'],
    'Settings',
  ],
  'AWS::CodePipeline::Pipeline': ['Name'],
  'AWS::DynamoDB::Table': ['TableName'],
  'AWS::ECR::Repository': ['RepositoryName'],
  'AWS::Events::EventBusPolicy': ['StatementId', 'EventBusName'],
  'AWS::Events::Rule': ['Name'],
  // The path is not part of the name: two roles cannot have the same name.
  'AWS::IAM::Role': ['RoleName', 'Path'],
  'AWS::IAM::RolePolicy': ['PolicyName', 'RoleName'],
  'AWS::KMS::Alias': ['AliasName'],
  'AWS::KMS::Key': [],
  'AWS::Lambda::Function': ['FunctionName'],
  'AWS::Lambda::Permission': ['FunctionName', 'SourceArn', 'Principal', 'Action'],
  'AWS::Lambda::Version': ['FunctionName'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::S3::BucketPolicy': ['Bucket'],
  'AWS::SNS::Subscription': ['Endpoint', 'Protocol', 'TopicArn'],
  'AWS::SNS::Topic': ['TopicName'],
  'AWS::SQS::Queue': ['QueueName'],
  'AWS::SQS::QueuePolicy': [],
  'AWS::Scheduler::Schedule': ['Name'],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 'StateMachineType'],
};

/** The types whose resources have no name of ours in AWS. An old and a new resource of such a type can exist side by side. */
const unnamed = ['AWS::KMS::Key', 'AWS::Lambda::Version', 'AWS::SNS::Subscription', 'AWS::SQS::QueuePolicy'];

const pick = ({ Type, Properties }: TemplateResource): unknown[] =>
  createOnly[Type]!.map((property) => Properties[property]);

/**
 * The objects that can exist only once: the resource itself, or the inline policies within a role. CloudFormation deletes such an object by this name after it
 * has updated the other resources.
 */
function listIdentities([id, { Type, Properties }]: [string, TemplateResource]): string[] {
  if (unnamed.includes(Type)) return [];
  if (Type === 'AWS::IAM::RolePolicy') return [JSON.stringify([Properties.RoleName, Properties.PolicyName])];
  const policies = Type === 'AWS::IAM::Role' ? (Properties.Policies as { PolicyName: string }[]) : [];
  const names = Type === 'AWS::CodePipeline::CustomActionType' ? 2 : 1;
  const kept = pick({ Type, Properties }).slice(0, Type.endsWith('Permission') ? undefined : names);
  return [
    `${Type} ${JSON.stringify(kept)}`,
    ...policies.map(({ PolicyName }) => JSON.stringify([{ Ref: id }, PolicyName])),
  ];
}

interface Update {
  replaced: string[];
  /** The deletions at the end of the update that would delete an object of the new template. */
  collisions: string[];
  deleted: string[];
}

function compareTemplates(before: Template, after: Template): Update {
  const gone = Object.entries(before.Resources).filter(([id]) => after.Resources[id] === undefined);
  const deleted = gone.filter(([, { DeletionPolicy }]) => DeletionPolicy === undefined);
  const kept = new Set(Object.entries(after.Resources).flatMap(listIdentities));
  const replaced = Object.entries(after.Resources).filter(([id, resource]) => {
    const old = before.Resources[id];
    return old !== undefined && JSON.stringify(pick(old)) !== JSON.stringify(pick(resource));
  });
  return {
    replaced: replaced.map(([, { Type }]) => Type),
    collisions: deleted.flatMap(listIdentities).filter((identity) => kept.has(identity)),
    deleted: [...new Set(deleted.map(([, { Type }]) => Type))].sort(),
  };
}

const [test, prod] = example.targets;
const [pipeline] = example.pipelines;
const onlyTest = { ...example, targets: [test!], pipelines: [{ ...pipeline!, deploys: ['test/web'] }] };
const email = { ...example, notify: { email: 'a@example.com' } };
const otherService = { ...test!.services[0]!, name: 'api' };
const twoServices = { ...example, targets: [{ ...test!, services: [...test!.services, otherService] }, prod!] };
const alarmTopic = 'arn:aws:sns:eu-west-1:111111111111:on-call';
const forTest = (change: object) => ({ ...example, targets: [{ ...test!, ...change }, prod!] });

interface Change {
  what: string;
  to: object;
  from?: object;
  /** The resources that CloudFormation replaces in the build account. */
  replaced?: string[];
}

const changes: Change[] = [
  { what: 'a target', to: onlyTest },
  { what: 'the only pipeline', to: { ...example, pipelines: [] } },
  {
    what: 'one of two pipelines',
    from: { ...example, pipelines: [pipeline!, { ...pipeline!, name: 'api' }] },
    to: example,
  },
  { what: 'a service', from: twoServices, to: example },
  { what: 'the viewers', to: forTest({ viewers: [] }) },
  { what: 'the events', to: forTest({ events: 'none' }) },
  { what: 'access to artifacts', to: forTest({ artifactAccess: 'none' }) },
  { what: 'manual deployments', to: forTest({ manualDeploys: 'deny' }) },
  { what: 'the e-mail', from: email, to: example },
  { what: 'the topic of the alarms', from: { ...example, alarmTopic }, to: example },
  {
    what: 'the name of a target',
    to: { ...forTest({ name: 'dev' }), pipelines: [{ ...pipeline!, deploys: ['dev/web', 'prod/web'] }] },
  },
  { what: 'the account of a target', to: forTest({ account: '444444444444' }) },
  { what: 'the Region of a target', to: forTest({ region: 'eu-central-1' }) },
  { what: 'the cluster of a target', to: forTest({ cluster: 'other' }) },
  { what: 'the role of a target', to: forTest({ role: 'team/deployer' }) },
  { what: 'the name of a pipeline', to: { ...example, pipelines: [{ ...pipeline!, name: 'shop' }] } },
  {
    what: 'the provider, whose old action type stays',
    to: { ...example, provider: 'Deployer' },
    replaced: ['AWS::CodePipeline::CustomActionType'],
  },
  {
    what: 'the address of the e-mail',
    from: email,
    to: { ...example, notify: { email: 'b@example.com' } },
    replaced: ['AWS::SNS::Subscription'],
  },
];

/** Each change in both directions: removed or changed, and added or changed back. */
const directions = changes.flatMap(({ what, from = example, to, replaced = [] }) => [
  {
    what: `${what} removed or changed`,
    from: validateConfig(from as Config),
    to: validateConfig(to as Config),
    replaced,
  },
  {
    what: `${what} added or changed back`,
    from: validateConfig(to as Config),
    to: validateConfig(from as Config),
    replaced,
  },
]);

describe.each(directions)('an update with $what', ({ from, to, replaced }) => {
  it('replaces in the build account only what can exist twice, and deletes nothing that the new template has', () => {
    const update = compareTemplates(buildTemplate(from), buildTemplate(to));
    expect(update).toMatchObject({ replaced, collisions: [] });
    expect(update.deleted).not.toContain('AWS::DynamoDB::Table');
  });

  it('replaces nothing in the accounts of the targets that stay there', () => {
    for (const target of from.targets) {
      const same = to.targets.find(
        ({ name, account, region }) => name === target.name && account === target.account && region === target.region,
      );
      if (same === undefined) continue;
      const update = compareTemplates(createTargetTemplate(from, same.name), createTargetTemplate(to, same.name));
      expect(update).toMatchObject({ replaced: [], collisions: [] });
    }
  });
});

it('knows of each type in a template which changes need a new resource', () => {
  const templates = directions.map(({ from }) => buildTemplate(from, fixedDigests));
  const types = templates.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
  expect([...new Set(types)].filter((type) => createOnly[type] === undefined)).toEqual([]);
});
