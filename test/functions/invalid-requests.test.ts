import { RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AwsError } from '../../local/aws-error.ts';
import { ecr } from '../../local/ecr.ts';
import { s3 } from '../../local/s3.ts';
import { createArtifactBucket } from './artifact-bucket.ts';
import { releaseWith, revisionArn } from './release.ts';
import { createTargetAccount, executionArn, target } from './target-account.ts';

const { admin, as, cloud, create } = await createTargetAccount(s3, ecr);
const artifactWith = await createArtifactBucket({ as });
const { handler: readImages } = await import('../../functions/read-images.ts');
const { handler: checkTarget } = await import('../../functions/check-target.ts');
const { handler: registerRevision } = await import('../../functions/register-revision.ts');
const { handler: updateService } = await import('../../functions/update-service.ts');

beforeAll(async () => {
  const containerDefinitions = [{ name: 'app', image: 'app:1' }];
  await admin.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions }));
  const { deployments } = await create('web', 'web:1');
  plan.before.deploymentId = deployments![0]!.id!;
  await admin.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions }));
  await artifactWith({ family: 'web', containerDefinitions });
});
afterEach(() => void delete cloud.faultHooks);

/** Makes one operation return this error from now on. */
const answerWith = (refused: string, error: AwsError): void => {
  cloud.faultHooks = {
    call: async ({ operation }, go) => {
      if (operation === refused) throw error;
      return go();
    },
    event: (_event, go) => go(),
    run: (_ran, go) => go(),
  };
};

const execution = executionArn('invalid');
const plan = {
  before: { taskDefinition: revisionArn('web:1'), deploymentId: 'ecs-svc/1' },
  baseTaskDefinition: revisionArn('web:1'),
  unchanged: false,
  warnings: [],
};
const release = releaseWith({ target: { ...target, service: 'web' } });
const own = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/legacy/shop:1';
const bucket = 'web-shop-production-artifacts-111111111111';
const ask = (input: object) => readImages({ execution, input: { target: 'test/web', ...input } });
const register = () => registerRevision({ execution, input: { release, plan } });

/** Every call that contains the user's values, and the state that makes the call. */
const calls: Record<string, () => Promise<unknown>> = {
  GetObject: () => ask({ artifact: { bucket, key: 'built' } }),
  BatchGetImage: () => ask({ images: [{ name: 'app', imageUri: own }] }),
  AssumeRole: () =>
    checkTarget({
      execution: `${execution}-assume`,
      input: { release: { ...release, target: { ...release.target, externalId: 'other' } } },
    }),
  DescribeServices: () => checkTarget({ execution, input: { release } }),
  DescribeTaskDefinition: () => checkTarget({ execution, input: { release } }),
  ListTaskDefinitions: register,
  RegisterTaskDefinition: register,
  UpdateService: () =>
    updateService({
      execution,
      input: { release, plan, revision: { taskDefinition: revisionArn('web:2'), same: false } },
    }),
};

describe.each(Object.entries(calls))('%s', (operation, call) => {
  it.each(['SerializationException', 'InvalidParameterException', 'ValidationException', 'NameOfTomorrowException'])(
    'that AWS answers with %s is a ConfigurationError with its words',
    async (name) => {
      answerWith(operation, new AwsError(name, 'NUMBER_VALUE can not be converted to String', 400));
      const failure = await call().catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'ConfigurationError' });
      expect(String(failure)).toContain('NUMBER_VALUE can not be converted to String');
      // The query protocol has an older name for this error.
      expect(String(failure)).toContain(name.replace('ValidationException', 'Validation'));
    },
  );

  it.each([
    [new AwsError('ThrottlingException', 'Rate exceeded', 400), 'SystemUnavailable'],
    [new AwsError('ServerException', 'Try again later.', 500), 'SystemUnavailable'],
    [
      new AwsError('ExpiredTokenException', 'The security token included in the request is expired', 400),
      'SystemUnavailable',
    ],
    [new AwsError('AccessDeniedException', 'Not you.', 403), 'PermissionError'],
  ])('that AWS answers with %s keeps its own code', async (error, name) => {
    answerWith(operation, error);
    await expect(call()).rejects.toMatchObject({ name });
  });
});

it('two registrations of a family at once are tried again', async () => {
  answerWith(
    'RegisterTaskDefinition',
    new AwsError(
      'ClientException',
      'Too many concurrent attempts to create a new revision of the specified family.',
      400,
    ),
  );
  await expect(register()).rejects.toMatchObject({ name: 'SystemUnavailable' });
});

it.each([
  [
    'InvalidArgument',
    400,
    'ConfigurationError',
    'S3 does not take s3://web-shop-production-artifacts-111111111111/built',
  ],
  [
    'InvalidBucketName',
    400,
    'ConfigurationError',
    'S3 does not take s3://web-shop-production-artifacts-111111111111/built',
  ],
  ['KeyTooLongError', 400, 'ConfigurationError', 'Correct the bucket, the key or the version.'],
  ['PermanentRedirect', 301, 'ConfigurationError', 'is in another Region'],
  ['AuthorizationHeaderMalformed', 400, 'ConfigurationError', 'is in another Region'],
  ['InvalidToken', 400, 'PermissionError', ''],
  ['NoSuchBucket', 404, 'RevisionUnavailable', ''],
])('S3 answers %s', async (name, status, type, words) => {
  answerWith('GetObject', new AwsError(name, 'words of S3', status));
  const failure = await calls.GetObject!().catch((error: unknown) => error);
  expect(failure).toMatchObject({ name: type, message: expect.stringContaining(words) });
});
