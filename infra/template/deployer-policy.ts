import { type AccountAndRegion, formatArn, formatBucketArn } from '../../core/parsing/partition.ts';
import { allowStatement, type PolicyDocument, policyDocument, type Statement } from '../policy.ts';
import { deployerActions, type TypeActions } from './deployer-actions.ts';
import type { Template, TemplateResource } from './resource.ts';
import { listArns, ownerType, shortenArn } from './resource-arn.ts';

/** The account and Region of a stack, and the location of its objects. */
export interface StackPlace extends AccountAndRegion {
  /** The name of the stack. */
  stack: string;
  /** The beginning of the names of the installation's resources: `gantry-production`. */
  prefix: string;
  /** The bucket with the zips and the template, and the prefix of their keys. */
  bucket: string;
  keyPrefix: string;
}

/**
 * The least permissions to create, update and delete the stack of a template, for the person or the pipeline that deploys it: the actions that
 * CloudFormation calls for the types in the template, on the names in the template. Throws for a type whose actions are not known.
 */
export function createDeployerPolicy(template: Template, place: StackPlace): PolicyDocument {
  const resources = Object.values(template.Resources);
  const types = [...new Set(resources.map(({ Type }) => Type))].sort();
  const owners = [...new Set(types.map(ownerType))];
  const statements = owners.map((owner) => {
    const parts = types.filter((type) => ownerType(type) === owner);
    return allowTypes(resources, owner, parts, place);
  });
  const open = types.flatMap((type) => findActions(type).any ?? []);
  return policyDocument(
    ...allowDeployment(place),
    ...statements,
    ...allowPassing(resources, types, place),
    ...allowConnections(resources),
    allowStatement('NoResource', [...new Set(open)].sort(), { on: open.length === 0 ? [] : ['*'] }),
  );
}

function findActions(type: string): TypeActions {
  const found = deployerActions.get(type);
  if (found === undefined) throw new Error(`infra/template/deployer-actions.ts has no actions for ${type}.`);
  return found;
}

const formatSid = (type: string): string => type.replaceAll('::', '').replace(/^AWS/, '');

/** Returns the actions on the resources of one type, and on their parts, which have their own types. */
const allowTypes = (resources: TemplateResource[], owner: string, parts: string[], place: StackPlace): Statement =>
  allowStatement(formatSid(owner), [...new Set(parts.flatMap((type) => findActions(type).own))], {
    on: listArns(resources, owner, place, place.prefix),
  });

/**
 * The command `aws cloudformation deploy` makes a change set, executes it and waits; it uploads a large template, and reads the parameters of a stack that it
 * updates (awscli, customizations/cloudformation/deployer.py). Lambda reads the zips with the caller's permissions.
 */
const allowDeployment = ({ stack, bucket, keyPrefix, ...place }: StackPlace): Statement[] => [
  allowStatement(
    'Stack',
    [
      'CreateChangeSet',
      'DescribeChangeSet',
      'ExecuteChangeSet',
      'DeleteChangeSet',
      'DescribeStacks',
      'DescribeStackEvents',
      'GetTemplateSummary',
      'DeleteStack',
    ].map((operation) => `cloudformation:${operation}`),
    { on: [formatArn('cloudformation', place, `stack/${stack}/*`)] },
  ),
  allowStatement('Code', ['s3:GetObject', 's3:PutObject'], {
    on: [`${formatBucketArn(place.region, bucket)}/${keyPrefix}*`],
  }),
];

/** Allows passing each role of a resource, but only to the resource's service. */
function allowPassing(resources: TemplateResource[], types: string[], { prefix }: StackPlace): Statement[] {
  return types.flatMap((type) => {
    const { passes } = findActions(type);
    if (passes === undefined) return [];
    const given = resources
      .filter(({ Type }) => Type === type)
      .flatMap(({ Properties }) => passes.properties.map((property) => Properties[property]));
    const named = JSON.stringify(given).match(/arn:[^"]*:iam::\d{12}:role\/[^"]+/g) ?? [];
    const roles = [...new Set(named.map((arn) => shortenArn(arn, prefix)))];
    const Sid = `Pass${formatSid(type)}`;
    return [
      allowStatement(Sid, ['iam:PassRole'], {
        on: roles,
        when: { StringEquals: { 'iam:PassedToService': passes.to } },
      }),
    ];
  });
}

/** Allows the connections through which the pipelines read their sources, in both spellings of the service. */
function allowConnections(resources: TemplateResource[]): Statement[] {
  const found = JSON.stringify(resources).match(/arn:[^"]*:(codeconnections|codestar-connections):[^"]+/g) ?? [];
  const actions = ['codeconnections:PassConnection', 'codestar-connections:PassConnection'];
  return [allowStatement('Connection', actions, { on: [...new Set(found)] })];
}
