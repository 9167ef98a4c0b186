import { z } from 'zod';
import { AwsError } from '../aws-error.ts';
import { type Operation, operation, type PolicyDocument } from '../service.ts';
import { allowed, arnOf, type Ecr, type Repository, whereIs } from './state.ts';

/** The parameters by which a call names its repository. */
export const named = { registryId: z.string().optional(), repositoryName: z.string() };

const view = (repository: Repository): Record<string, unknown> => ({
  repositoryArn: repository.arn,
  registryId: repository.registryId,
  repositoryName: repository.name,
  repositoryUri: repository.uri,
  createdAt: repository.createdAt,
  imageTagMutability: repository.imageTagMutability,
  imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
  encryptionConfiguration: { encryptionType: 'AES256' },
});

const createInput = z.strictObject({
  ...named,
  imageTagMutability: z.enum(['MUTABLE', 'IMMUTABLE']).optional(),
  imageScanningConfiguration: z.strictObject({ scanOnPush: z.boolean().optional() }).optional(),
  encryptionConfiguration: z.strictObject({ encryptionType: z.enum(['AES256']) }).optional(),
});

const create = (ecr: Ecr): Operation =>
  operation(createInput, async (input, call) => {
    const { registryId = call.caller.account, repositoryName: name, imageTagMutability = 'MUTABLE' } = input;
    const arn = arnOf(call, input);
    await call.allow('ecr:CreateRepository', arn);
    if (ecr.repositories.has(arn))
      throw new AwsError(
        'RepositoryAlreadyExistsException',
        `The repository with name '${name}' already exists in the registry with id '${registryId}'`,
      );
    const repository: Repository = {
      arn,
      registryId,
      name,
      uri: `${registryId}.dkr.ecr.${call.region}.amazonaws.com/${name}`,
      createdAt: new Date(ecr.cloud.clock.now()),
      imageTagMutability,
      scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
      images: new Map(),
      tags: new Map(),
      layers: new Set(),
    };
    ecr.repositories.set(arn, repository);
    return { repository: view(repository) };
  });

const describeInput = z.strictObject({
  registryId: z.string().optional(),
  repositoryNames: z.array(z.string()).optional(),
});

const describe = (ecr: Ecr): Operation =>
  operation(describeInput, async ({ registryId, repositoryNames }, call) => {
    if (repositoryNames !== undefined) {
      const repositories: Repository[] = [];
      for (const repositoryName of repositoryNames)
        repositories.push(await allowed(ecr, call, { registryId, repositoryName }));
      return { repositories: repositories.map(view) };
    }
    const prefix = arnOf(call, { registryId, repositoryName: '' });
    await call.allow('ecr:DescribeRepositories', `${prefix}*`);
    return { repositories: [...ecr.repositories.values()].filter(({ arn }) => arn.startsWith(prefix)).map(view) };
  });

const policyDocument = z.looseObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(z.record(z.string(), z.unknown())),
});

/** A repository policy names no resource: it is about its repository. The evaluator wants one. */
const documentOf = (policyText: string, arn: string): PolicyDocument => {
  const { Version, Statement } = policyDocument.parse(JSON.parse(policyText));
  return { Version, Statement: Statement.map((statement) => ({ Resource: arn, ...statement })) };
};

const setPolicyInput = z.strictObject({ ...named, policyText: z.string(), force: z.boolean().optional() });

const setPolicy = (ecr: Ecr): Operation =>
  operation(setPolicyInput, async ({ policyText, ...at }, call) => {
    const repository = await allowed(ecr, call, at);
    repository.policy = documentOf(policyText, repository.arn);
    repository.policyText = policyText;
    return { registryId: repository.registryId, repositoryName: repository.name, policyText };
  });

const getPolicy = (ecr: Ecr): Operation =>
  operation(z.strictObject(named), async (at, call) => {
    const repository = await allowed(ecr, call, at);
    const { registryId, name: repositoryName, policyText } = repository;
    if (policyText !== undefined) return { registryId, repositoryName, policyText };
    throw new AwsError(
      'RepositoryPolicyNotFoundException',
      `Repository policy does not exist for ${whereIs(repository)}`,
    );
  });

/** CreateRepository, DescribeRepositories, SetRepositoryPolicy and GetRepositoryPolicy. */
export const repositoryOperations = (ecr: Ecr): Record<string, Operation> => ({
  CreateRepository: create(ecr),
  DescribeRepositories: describe(ecr),
  SetRepositoryPolicy: setPolicy(ecr),
  GetRepositoryPolicy: getPolicy(ecr),
});
