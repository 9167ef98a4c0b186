import { tokenForFile } from '../asl.ts';
import { functionSettings } from '../function-settings.ts';
import type { FunctionDeclaration } from '../system-workflow.ts';
import { findRole, type TemplateContext } from './context.ts';
import { renderLogGroup } from './log-group.ts';
import { createAfter, digestOf, retain, type TemplateEntry, type TemplateResource } from './resource.ts';
import { deadLettersId, functionId, machineId } from './resource-ids.ts';

/** The name of a function's zip, which changes with its content. */
export const formatZipName = (file: string, digest: string): string => `${file}-${digest}.zip`;

function getCodeDigest({ codeDigests }: TemplateContext, file: string): string {
  const digest = codeDigests.get(file);
  if (digest === undefined) throw new Error(`infra/ declares the function ${file}, but there is no bundle of it.`);
  return digest;
}

const describeSettings = (fn: FunctionDeclaration) => ({
  ...functionSettings(fn.file),
  FunctionName: fn.name,
  Role: fn.role,
  Timeout: fn.timeoutSeconds,
  MemorySize: fn.memoryMegabytes,
  Environment: { Variables: fn.environment },
  ...(fn.deadLetters && { DeadLetterConfig: { TargetArn: fn.deadLetters } }),
});

/**
 * The id of the version that belongs to a function's code and settings. A change gives another id, so CloudFormation publishes a version. The template no
 * longer contains the resource of the earlier version, but that version stays in Lambda.
 */
export const versionId = (context: TemplateContext, fn: FunctionDeclaration): string =>
  `${tokenForFile(fn.file)}Version${digestOf([describeSettings(fn), getCodeDigest(context, fn.file)])}`;

/** A function with its log group, the version that machines invoke, and the permissions of the rules that invoke it. */
export function renderFunction(context: TemplateContext, fn: FunctionDeclaration): TemplateEntry[] {
  const id = functionId(fn.file);
  const deadLetters = fn.deadLetters === undefined ? [] : [deadLettersId];
  // As in infra/workflow.ts: an older machine may not accept the input that a newer function writes.
  const machines = fn.isVersioned ? [] : [context.system.machine, context.system.rollbackMachine].map(machineId);
  return [
    [`${id}Log`, renderLogGroup(fn.logGroup)],
    [id, createAfter([findRole(context, fn.role), `${id}Log`, ...deadLetters, ...machines], renderCode(context, fn))],
    ...(fn.isVersioned ? [renderVersion(context, fn)] : []),
    ...fn.invokedBy.map(
      (by, index): TemplateEntry => [`${id}Invoked${index === 0 ? '' : index + 1}`, renderPermission(id, by)],
    ),
  ];
}

function renderCode(context: TemplateContext, fn: FunctionDeclaration): TemplateResource {
  const zip = formatZipName(fn.file, getCodeDigest(context, fn.file));
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      ...describeSettings(fn),
      Code: { S3Bucket: { Ref: 'CodeBucket' }, S3Key: { 'Fn::Sub': `\${CodePrefix}${zip}` } },
    },
  };
}

const renderVersion = (context: TemplateContext, fn: FunctionDeclaration): TemplateEntry => [
  versionId(context, fn),
  retain({ Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: functionId(fn.file) } } }),
];

const renderPermission = (
  invoked: string,
  { principal, sourceArn }: FunctionDeclaration['invokedBy'][number],
): TemplateResource => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: invoked },
    Principal: principal,
    SourceArn: sourceArn,
  },
});
