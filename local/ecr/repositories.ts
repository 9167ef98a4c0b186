import { z } from 'zod';
import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { AwsError } from '../aws-error.ts';
import type { Operation } from '../cloud.ts';
import { defineOperation } from '../define-operation.ts';
import { dnsSuffix } from '../partition.ts';
import { type Ecr, getAuthorizedRepository, type ImageRepository, repositoryArn, repositoryInWords } from './state.ts';

/** The parameters that identify a call's repository. */
export const repositoryKeyFields = { registryId: z.string().optional(), repositoryName: z.string() };

const repositoryView = (repository: ImageRepository): Record<string, unknown> => ({
  repositoryArn: repository.arn,
  registryId: repository.registryId,
  repositoryName: repository.name,
  repositoryUri: repository.uri,
  createdAt: repository.createdAt,
  imageTagMutability: repository.imageTagMutability,
  imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
  encryptionConfiguration: { encryptionType: 'AES256' },
});

const createRepositorySchema = z.strictObject({
  ...repositoryKeyFields,
  imageTagMutability: z.enum(['MUTABLE', 'IMMUTABLE']).optional(),
  imageScanningConfiguration: z.strictObject({ scanOnPush: z.boolean().optional() }).optional(),
  encryptionConfiguration: z.strictObject({ encryptionType: z.enum(['AES256']) }).optional(),
});

const createRepository = (ecr: Ecr): Operation =>
  defineOperation(createRepositorySchema, async (input, call) => {
    const { registryId = call.caller.account, repositoryName: name, imageTagMutability = 'MUTABLE' } = input;
    const arn = repositoryArn(call, input);
    await call.allow('ecr:CreateRepository', arn);
    if (ecr.repositories.has(arn))
      throw new AwsError(
        'RepositoryAlreadyExistsException',
        `The repository with name '${name}' already exists in the registry with id '${registryId}'`,
      );
    const repository: ImageRepository = {
      arn,
      registryId,
      name,
      uri: `${registryId}.dkr.ecr.${call.region}.${dnsSuffix(call.region)}/${name}`,
      createdAt: new Date(ecr.cloud.clock.now()),
      imageTagMutability,
      scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false,
      images: new Map(),
      tags: new Map(),
      layers: new Set(),
    };
    ecr.repositories.set(arn, repository);
    return { repository: repositoryView(repository) };
  });

const describeRepositoriesSchema = z.strictObject({
  registryId: z.string().optional(),
  repositoryNames: z.array(z.string()).optional(),
});

const describeRepositories = (ecr: Ecr): Operation =>
  defineOperation(describeRepositoriesSchema, async ({ registryId, repositoryNames }, call) => {
    if (repositoryNames !== undefined) {
      const repositories: ImageRepository[] = [];
      for (const repositoryName of repositoryNames)
        repositories.push(await getAuthorizedRepository(ecr, call, { registryId, repositoryName }));
      return { repositories: repositories.map(repositoryView) };
    }
    const prefix = repositoryArn(call, { registryId, repositoryName: '' });
    await call.allow('ecr:DescribeRepositories', `${prefix}*`);
    return {
      repositories: [...ecr.repositories.values()].filter(({ arn }) => arn.startsWith(prefix)).map(repositoryView),
    };
  });

const policyDocumentSchema = z.looseObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(z.record(z.string(), z.unknown())),
});

/** A repository policy has no Resource element, because it applies to its own repository; the evaluator needs one. */
const parseRepositoryPolicy = (policyText: string, arn: string): PolicyDocument => {
  const { Version, Statement } = policyDocumentSchema.parse(JSON.parse(policyText));
  return { Version, Statement: Statement.map((statement) => ({ Resource: arn, ...statement })) };
};

const setRepositoryPolicySchema = z.strictObject({
  ...repositoryKeyFields,
  policyText: z.string(),
  force: z.boolean().optional(),
});

const setRepositoryPolicy = (ecr: Ecr): Operation =>
  defineOperation(setRepositoryPolicySchema, async ({ policyText, ...at }, call) => {
    const repository = await getAuthorizedRepository(ecr, call, at);
    repository.policy = parseRepositoryPolicy(policyText, repository.arn);
    repository.policyText = policyText;
    return { registryId: repository.registryId, repositoryName: repository.name, policyText };
  });

const getRepositoryPolicy = (ecr: Ecr): Operation =>
  defineOperation(z.strictObject(repositoryKeyFields), async (at, call) => {
    const repository = await getAuthorizedRepository(ecr, call, at);
    const { registryId, name: repositoryName, policyText } = repository;
    if (policyText !== undefined) return { registryId, repositoryName, policyText };
    throw new AwsError(
      'RepositoryPolicyNotFoundException',
      `Repository policy does not exist for ${repositoryInWords(repository)}`,
    );
  });

/** CreateRepository, DescribeRepositories, SetRepositoryPolicy and GetRepositoryPolicy. */
export const repositoryOperations = (ecr: Ecr): Record<string, Operation> => ({
  CreateRepository: createRepository(ecr),
  DescribeRepositories: describeRepositories(ecr),
  SetRepositoryPolicy: setRepositoryPolicy(ecr),
  GetRepositoryPolicy: getRepositoryPolicy(ecr),
});
