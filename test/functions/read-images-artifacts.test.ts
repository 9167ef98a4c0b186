import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { parseOfferedJob } from '../../core/request/job.ts';
import { codepipeline } from '../../local/codepipeline.ts';
import { dynamodb } from '../../local/dynamodb.ts';
import { kms } from '../../local/kms.ts';
import { s3 } from '../../local/s3.ts';
import { actionProperties } from '../security/attempts.ts';
import { buildAccountId, region } from '../start.ts';
import { createZip } from '../zip.ts';
import { createBuildAccount } from './build-account.ts';
import { createTable } from './ledger-table.ts';
import { offerJob } from './team-job.ts';

const account = await createBuildAccount(s3, kms, codepipeline, dynamodb);
const { as, may } = account;
await createTable(DynamoDBDocumentClient.from(new DynamoDBClient(as(buildAccountId))));
const { handler } = await import('../../functions/read-images.ts');

const bucket = 'web-shop-production-artifacts-111111111111';
const store = new S3Client(as(buildAccountId));
may('s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 'dynamodb:*', 'codepipeline:GetJobDetails');
await store.send(
  new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
);
const id = await offerJob(account, 'team', bucket);

const digest = `sha256:${'a'.repeat(64)}`;
const list = {
  path: 'imagedefinitions.json',
  content: JSON.stringify([{ name: 'app', imageUri: `public.ecr.aws/nginx/nginx@${digest}` }]),
};
const definition = { path: 'deploy/taskdef.json', content: '{"family": "web", "containerDefinitions": []}' };
const program = { path: 'src/main.ts' };
const contents: Record<string, Uint8Array> = {
  Source: await createZip(program, definition),
  Build: await createZip({ ...list, path: './imagedefinitions.json' }),
  Copy: await createZip(list, definition),
  Tests: await createZip({ path: 'report.xml' }),
  Clone: Buffer.from('{"a": "full clone is a pointer and no zip"}'),
  Nothing: Buffer.alloc(0),
};
for (const [Key, Body] of Object.entries(contents))
  await store.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));

/** Runs an action with these input artifacts, from CodePipeline's description of the job to the result of Read Images. */
const read = (names: string[], properties: Record<string, string> = {}) => {
  const inputArtifacts = names.map((name) => ({
    name,
    revision: `revision of ${name}`,
    location: { type: 'S3', s3Location: { bucketName: bucket, objectKey: name } },
  }));
  const configuration = { ...actionProperties, ...properties };
  const job = parseOfferedJob({
    id,
    nonce: '1',
    data: { actionConfiguration: { configuration }, inputArtifacts },
  });
  return handler({ execution: 'arn:aws:states:::execution:deploy:1', input: JSON.parse(JSON.stringify({ job })) });
};
const refusal = (...given: Parameters<typeof read>) =>
  read(...given).then(String, (error: Error) => `${error.name}: ${error.message}`);

it.each([
  [['Source', 'Build']],
  [['Build', 'Source']],
  [['Tests', 'Source', 'Build']],
  [['Clone', 'Source', 'Build']],
  [['Build', 'Nothing', 'Source']],
])('finds each file in the input artifact that has it: %j', async (names) => {
  const release = await read(names, { TaskDefinition: 'deploy//taskdef.json' });
  expect(release).toMatchObject({
    images: [{ name: 'app' }],
    artifact: { name: 'Build', bucket, key: 'Build' },
    base: { from: 'file', path: 'deploy/taskdef.json', artifact: { name: 'Source', key: 'Source' } },
  });
});

it.each<[string[], Record<string, string>, string[]]>([
  [
    ['Source', 'Tests'],
    {},
    ['No input artifact has the file imagedefinitions.json.', '"Source"', '"src/main.ts"', '"Tests"', '"report.xml"'],
  ],
  [['Tests', 'Source'], {}, ['No input artifact has the file imagedefinitions.json.', '"Source"', '"Tests"']],
  [['Build', 'Copy'], {}, ['The file imagedefinitions.json is in more than one input artifact ("Build", "Copy")']],
  [['Copy', 'Build'], {}, ['The file imagedefinitions.json is in more than one input artifact ("Copy", "Build")']],
  [
    ['Source', 'Copy'],
    { TaskDefinition: 'deploy/taskdef.json' },
    ['The file deploy/taskdef.json is in more than one input artifact ("Source", "Copy")', 'let TaskDefinition be'],
  ],
  [
    ['Build', 'Tests'],
    { TaskDefinition: 'taskdef.json' },
    ['No input artifact has the file taskdef.json.', 'TaskDefinition says which one to read.'],
  ],
  [['Clone'], {}, ['The artifact is not a zip']],
  [['Nothing'], {}, ['The artifact is empty']],
])('refuses %j with the properties %j and names the artifacts', async (names, properties, words) => {
  const message = await refusal(names, properties);
  expect(message).toMatch(/^ConfigurationError: /);
  for (const word of words) expect(message).toContain(word);
});

it('names the artifact that cannot be read', async () => {
  expect(await refusal(['Source', 'Missing'])).toMatch(
    /^RevisionUnavailable: Input artifact "Missing": The artifact .* is gone/,
  );
});
