import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { regionalArn } from '../partition.ts';
import { named, type ResourceType, type StackContext } from './resource-type.ts';

const codeSchema = z.strictObject({ S3Bucket: z.string(), S3Key: z.string() });

const functionSchema = z.strictObject({
  FunctionName: z.string(),
  Description: z.string(),
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Handler: z.string(),
  Role: z.string(),
  Timeout: z.number(),
  MemorySize: z.number(),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.string()) }),
  DeadLetterConfig: z.strictObject({ TargetArn: z.string() }).optional(),
  Code: codeSchema,
});

const objectSchema = z.object({ Body: z.instanceof(Buffer) });

/** Reads a zip from S3, as Lambda does with the permissions of the person who deploys. */
async function readCode({ S3Bucket: Bucket, S3Key: Key }: z.infer<typeof codeSchema>, { call }: StackContext) {
  const { Body } = objectSchema.parse(await call('s3', 'GetObject', { Bucket, Key }));
  return Body.toString('base64');
}

const describeFunction = (name: string, { place }: StackContext) =>
  named(name, { Arn: regionalArn('lambda', place, `function:${name}`) });

/** The embedded Lambda has one processor and no dead-letter queues. */
export const lambdaFunction: ResourceType = {
  async create(properties, context) {
    const { Code, Description, Architectures, DeadLetterConfig, ...rest } = functionSchema.parse(properties);
    await context.call('lambda', 'CreateFunction', { ...rest, Code: { ZipFile: await readCode(Code, context) } });
    return describeFunction(rest.FunctionName, context);
  },
  async update(properties, context) {
    const { Code, FunctionName, Role, Handler, Timeout, MemorySize, Environment } = functionSchema.parse(properties);
    await context.call('lambda', 'UpdateFunctionConfiguration', {
      ...{ FunctionName, Role, Handler, Timeout, MemorySize, Environment },
    });
    await context.call('lambda', 'UpdateFunctionCode', { FunctionName, ZipFile: await readCode(Code, context) });
    return describeFunction(FunctionName, context);
  },
};

const publishedSchema = z.object({ FunctionArn: z.string(), Version: z.string() });

/** Publishes a version. If nothing has changed, Lambda returns the last version, and CloudFormation refuses the resource. */
export const version: ResourceType = {
  async create(properties, { call }) {
    const { FunctionName } = z.strictObject({ FunctionName: z.string() }).parse(properties);
    const { Versions } = z
      .object({ Versions: z.array(publishedSchema) })
      .parse(await call('lambda', 'ListVersionsByFunction', { FunctionName }));
    const published = publishedSchema.parse(await call('lambda', 'PublishVersion', { FunctionName }));
    if (Versions.some(({ Version }) => Version === published.Version))
      throw new AwsError(
        'AlreadyExists',
        `A version for this Lambda function exists ( ${published.Version} ). Modify the function to create a new version.`,
      );
    return named(published.FunctionArn, published);
  },
};

const permissionSchema = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string(),
});

export const permission: ResourceType = {
  async create(properties, { call }) {
    const input = permissionSchema.parse(properties);
    const StatementId = `Invoke-${input.SourceArn.split('/').at(-1)}`;
    await call('lambda', 'AddPermission', { ...input, StatementId });
    return named(StatementId);
  },
};

const machineSchema = z.looseObject({
  StateMachineName: z.string(),
  StateMachineType: z.literal('STANDARD'),
  RoleArn: z.string(),
  DefinitionString: z.string(),
  DefinitionSubstitutions: z.record(z.string(), z.string()).default({}),
});

/** The definition with the value of each `${Token}`. CloudFormation leaves a token without a value as it is. */
const fillDefinition = ({ DefinitionString, DefinitionSubstitutions }: z.infer<typeof machineSchema>): string =>
  DefinitionString.replace(/\$\{(\w+)\}/g, (whole, token: string) => DefinitionSubstitutions[token] ?? whole);

const describeMachine = (name: string, { place }: StackContext) => {
  const arn = regionalArn('states', place, `stateMachine:${name}`);
  return named(arn, { Arn: arn, Name: name });
};

/** The embedded Step Functions writes no log and no traces. */
export const stateMachine: ResourceType = {
  async create(properties, context) {
    const machine = machineSchema.parse(properties);
    const { StateMachineName: name, StateMachineType: type, RoleArn: roleArn } = machine;
    await context.call('states', 'CreateStateMachine', { name, type, roleArn, definition: fillDefinition(machine) });
    return describeMachine(name, context);
  },
  async update(properties, context) {
    const machine = machineSchema.parse(properties);
    const made = describeMachine(machine.StateMachineName, context);
    const changed = { roleArn: machine.RoleArn, definition: fillDefinition(machine) };
    await context.call('states', 'UpdateStateMachine', { stateMachineArn: made.ref, ...changed });
    return made;
  },
};
