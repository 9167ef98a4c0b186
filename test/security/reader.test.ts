import { describe, expect, it } from 'vitest';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { AwsError } from '../../local/aws-error.ts';
import { setSource } from '../../local/codepipeline.ts';
import { getDeadLetters } from '../../local/events.ts';
import { getFunctions } from '../../local/lambda/functions.ts';
import { zipFiles } from './attacked-pipeline.ts';
import { imageList, startAttackedSystem } from './attacked-system.ts';
import { invokeInTest } from './invoke-in-test.ts';

/*
 * The attacker is allowed to read every log of the build account, every queue, the table and the events. Two cases put secrets near the attacker. A pipeline
 * invokes take-job with a job that contains credentials while Step Functions starts no execution. A container writes a secret while report-dead-execution
 * fails.
 */
const world = await startAttackedSystem();
const { cloud, clock } = world;
const account = '111111111111';
const admin = world.admin(account);
const secret = 'the-password-is-swordfish';
const content = 'a text in the artifact';

const credentials = new Set<string>();
const { issueCredentials } = cloud.iam;
cloud.iam.issueCredentials = (...asked) => {
  const issued = issueCredentials(...asked);
  for (const one of [issued.secretAccessKey, issued.sessionToken ?? []].flat()) credentials.add(one);
  return issued;
};
const events: string[] = [];
cloud.eventListeners.push((event) => void events.push(JSON.stringify(event)));

let isStatesDown = false;
let isReporterDown = false;
cloud.faultHooks = {
  call: ({ operation, as }, proceed) =>
    isStatesDown && operation === 'StartExecution' && as.caller.arn.includes('take-job')
      ? Promise.reject(new AwsError('InternalFailure', 'down', 500))
      : proceed(),
  event: (_event, proceed) => proceed(),
  run: (ran, proceed) =>
    isReporterDown && ran.name.endsWith('-report-dead-execution')
      ? Promise.resolve({
          payload: JSON.stringify({ errorType: 'Error', errorMessage: 'down' }),
          failed: true,
          log: '',
        })
      : proceed(),
};

const pass = (minutes: number) => {
  const until = clock.now() + minutes * 60_000;
  return clock.advanceUntil(async () => clock.now() >= until, minutes * 120_000);
};

/** The messages in the queue. They come from the functions and the rules that have a dead-letter queue. */
function readQueue(): string[] {
  const { functions, rules } = world.system;
  const keeping = functions.filter(({ deadLetters }) => deadLetters !== undefined).map(({ arn }) => arn);
  const kept = rules.filter(({ target }) => target.deadLetters !== undefined).map(({ name }) => name);
  return [
    ...getFunctions(cloud).deadLetters.filter(({ functionArn }) => keeping.includes(functionArn)),
    ...getDeadLetters(cloud).filter(({ ruleArn }) => kept.some((name) => ruleArn.endsWith(`/${name}`))),
  ].map((letter) => JSON.stringify(letter));
}

const readItems = async (pk: string) =>
  JSON.stringify(
    await admin('dynamodb', 'Query', {
      TableName: world.system.table.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
    }),
  );

const readTable = () =>
  Promise.all(['poller#take-job', 'service#222222222222/eu-west-1/web-shop/web'].map((pk) => readItems(pk)));

/** Releases to test while no execution can be started for `minutes`. Returns the end of the action and the messages that were queued meanwhile. */
async function releaseDuringOutage(minutes: number) {
  const image = `${world.repository.uri}@${await world.push(`good-${minutes}-${clock.now()}`, `good ${clock.now()}`)}`;
  const zip = await zipFiles({ ...imageList(image), 'notes.json': content });
  setSource(cloud, 'sources/attacked.zip', async () => ({ revision: `${clock.now()}`, summary: 'one', zip }));
  isStatesDown = true;
  await admin('codepipeline', 'StartPipelineExecution', { name: 'attacked' });
  await pass(minutes);
  const queued = await readItems('poller#take-job');
  isStatesDown = false;
  const began = clock.now();
  const isOver = async () => !['none', 'InProgress'].includes((await world.readDeployment('Test')).status);
  await clock.advanceUntil(isOver, 3_600_000);
  return { ...(await world.readDeployment('Test')), queued, minutes: (clock.now() - began) / 60_000 };
}

describe('a job that could not be started', () => {
  it.each<[what: string, details: 'given' | 'refused', outageMinutes: number, status: string, message: RegExp]>([
    ['is started by its id', 'given', 6, 'Succeeded', /./],
    ['fails if CodePipeline does not report it', 'refused', 6, 'Failed', /keeps only the id of a job/],
    ['fails after a quarter of an hour', 'given', 17, 'Failed', /could not start an execution for the job/],
  ])('%s', async (_, answer, outageMinutes, status, message) => {
    cloud.answers = selectAnswers({ id: 'details-lambda', answer });
    await invokeInTest(world);
    const ended = await releaseDuringOutage(outageMinutes);
    expect(ended).toMatchObject({ status, message: expect.stringMatching(message) });
    expect(ended.minutes).toBeLessThan(10);
    expect(getFunctions(cloud).deadLetters.map(({ functionArn }) => functionArn)).toContainEqual(
      expect.stringMatching(/take-job$/),
    );
  });
});

it('a reader of logs, queues, the table and the events finds no credential, no artifact and no output of a container', async () => {
  const behavior = Object.fromEntries([
    ['then', 'crash'],
    ['exitCode', 3],
    ['log', ['starting', secret]],
  ]);
  const crash = await world.push('crash', 'it writes a secret', undefined, behavior);
  const images = [{ name: 'app', imageUri: `${world.repository.uri}@${crash}` }];
  isReporterDown = true;
  const { message } = await world.deploy({ target: 'test/web', images });
  await pass(10);
  expect(message).toContain(secret);
  const gantry = events.filter((event) => event.includes('"source":"gantry"'));
  const found = { log: world.log, queue: readQueue(), table: await readTable(), events, gantry };
  expect(credentials.size).toBeGreaterThan(10);
  for (const [where, texts] of Object.entries(found)) {
    const text = texts.join('\n');
    expect(
      [...credentials].filter((one) => text.includes(one)),
      where,
    ).toEqual([]);
    expect(text, where).not.toContain(content);
    if (where !== 'events') expect(text, where).not.toContain(secret);
  }
  expect(found.table.join()).toContain('deployment#');
  expect(gantry.length).toBeGreaterThan(0);
});
