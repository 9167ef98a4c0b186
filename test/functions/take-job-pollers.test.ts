import { beforeEach, describe, expect, it } from 'vitest';
import { selectAnswers } from '../../local/assumptions/answers.ts';
import { assumptions } from '../../local/assumptions/list.ts';
import type { FaultHooks, OperationRequest } from '../../local/cloud.ts';
import { createJobOffers, type JobOffer, permissions, scheduled, started, waiting } from './job-offers.ts';

const environment = await createJobOffers();
const { aws, offers, queue, executions } = environment;
const { handler: takeJob } = await import('../../functions/take-job.ts');
const { handler: acknowledgeJob } = await import('../../functions/acknowledge-job.ts');

beforeEach(async () => {
  delete aws.cloud.faultHooks;
  aws.cloud.answers = selectAnswers();
  aws.may(...permissions);
  await environment.acknowledgeAll();
  await environment.setLease('nobody', 0);
  await environment.use(waiting);
});

const countPolls = () =>
  aws.cloud.authorizations.filter(({ operation, principal }) => isPoll(operation) && isOurs(principal)).length;
const isPoll = (operation: string) => operation === 'PollForJobs';
const isOurs = (principal: string) =>
  principal.includes('role/function') || principal.includes(':assumed-role/function/');
const anHour = 3_600_000;

/** Runs `act` once, immediately before or after the first call of that operation. */
function interrupt(operation: string, when: 'before' | 'after', act: () => Promise<unknown>): void {
  const call = async (asked: OperationRequest, go: () => Promise<unknown>): Promise<unknown> => {
    if (asked.operation !== operation) return go();
    delete aws.cloud.faultHooks;
    if (when === 'before') await act();
    const answer = await go();
    if (when === 'after') await act();
    return answer;
  };
  aws.cloud.faultHooks = { call, event: (_event, go) => go(), run: (_ran, go) => go() } satisfies FaultHooks;
}

/** The state Acknowledge Job of the job's first execution, with the nonce that the execution was started with. */
const acknowledgeInExecution = async ({ id, nonce, name }: JobOffer) => {
  const { acknowledged } = await acknowledgeJob({
    execution: `arn:aws:states:eu-west-1:111111111111:execution:deploy:${name}`,
    input: { job: { id, nonce } },
  });
  return acknowledged;
};

describe('a poller', () => {
  it('leaves its wake-up to the poller that holds the lease', async () => {
    await queue();
    await environment.setLease('another', Date.now() + anHour);
    const before = countPolls();
    expect(await takeJob(started)).toEqual({ started: [], known: [] });
    expect(countPolls()).toBe(before);
  });

  it('polls once more if a wake-up was recorded after its last poll', async () => {
    const [job] = await queue();
    // The job cannot be polled yet. When it becomes available, its event arrives while the poller still holds the lease.
    const call = async (asked: OperationRequest, go: () => Promise<unknown>): Promise<unknown> => {
      if (!isPoll(asked.operation)) return go();
      delete aws.cloud.faultHooks;
      await takeJob(started);
      return { jobs: [] };
    };
    aws.cloud.faultHooks = { call, event: (_event, go) => go(), run: (_ran, go) => go() };
    expect((await takeJob(started)).started).toEqual([job!.name]);
  });

  it('polls itself if the lease was given back between the refusal and the record of the wake-up', async () => {
    const [job] = await queue();
    await environment.setLease('another', Date.now() + anHour);
    let updates = 0;
    const call = async (asked: OperationRequest, go: () => Promise<unknown>): Promise<unknown> => {
      if (asked.operation === 'UpdateItem' && ++updates === 2) {
        delete aws.cloud.faultHooks;
        await environment.setLease('another', 0);
      }
      return go();
    };
    aws.cloud.faultHooks = { call, event: (_event, go) => go(), run: (_ran, go) => go() };
    expect(await takeJob(started)).toEqual({ started: [job!.name], known: [] });
  });

  it.each([
    ['ended in time', -1, 'polls'],
    ['died, and its lease ran out', -1, 'polls'],
    ['died, and its lease still runs', anHour, 'waits'],
  ])('after one that %s %s', async (_what, remainingMs, does) => {
    const [job] = await queue();
    await environment.setLease('another', Date.now() + remainingMs);
    const { started: names } = await takeJob(scheduled);
    expect(names).toEqual(does === 'polls' ? [job!.name] : []);
  });

  it('polls without a lease if the table does not answer', async () => {
    const [job] = await queue();
    expect(await environment.withoutTable(() => takeJob(started))).toEqual({ started: [job!.name], known: [] });
    expect(await offers()).toEqual([]);
  });

  it('gives the lease back also if a poll fails', async () => {
    aws.may(...permissions.filter((action) => action !== 'codepipeline:PollForJobs'));
    await expect(takeJob(started)).rejects.toThrow();
    aws.may(...permissions);
    const [job] = await queue();
    expect((await takeJob(started)).started).toEqual([job!.name]);
  });
});

/** All answers to two open questions: whether a poll renews the nonce of a job that it offers again, and what a second acknowledgement returns. */
const openAnswers = Object.keys(assumptions['poll-nonce'].answers).flatMap((nonce) =>
  Object.keys(assumptions['second-acknowledgement'].answers).map((second): [string, string] => [nonce, second]),
);

describe.each(openAnswers)('if each poll leaves the nonce %s and a second acknowledgement is %s,', (nonce, second) => {
  beforeEach(() => {
    aws.cloud.answers = selectAnswers(
      { id: 'poll-nonce', answer: nonce },
      { id: 'second-acknowledgement', answer: second },
    );
  });

  it.each([
    ['one wake-up', 1],
    ['two wake-ups in the same second', 2],
    ['ten wake-ups in the same second', 10],
  ])('%s start and acknowledge every job once', async (_what, count) => {
    const jobs = [...(await queue()), ...(await queue()), ...(await queue())];
    await Promise.all(Array.from({ length: count }, () => takeJob(started)));
    expect((await executions()).sort()).toEqual(jobs.map(({ name }) => name).sort());
    expect(await offers()).toEqual([]);
  });

  it('the execution owns its job although take-job acknowledged it already', async () => {
    const [job] = await queue();
    await takeJob(started);
    expect(await acknowledgeInExecution(job!)).toEqual({ status: 'InProgress' });
  });

  it('a crash between start and acknowledgement loses no job', async () => {
    const [job] = await queue();
    aws.may(...permissions.filter((action) => action !== 'codepipeline:AcknowledgeJob'));
    await takeJob(started);
    expect(await offers()).toHaveLength(1);
    aws.may(...permissions);
    await takeJob(scheduled);
    expect(await executions()).toEqual([job!.name]);
    expect(await offers()).toEqual([]);
    expect(await acknowledgeInExecution(job!)).toEqual({ status: 'InProgress' });
  });

  it('a poll of another poller between poll and acknowledgement loses no job', async () => {
    const [job] = await queue();
    interrupt('StartExecution', 'before', offers);
    await takeJob(started);
    expect(await acknowledgeInExecution(job!)).toEqual({ status: 'InProgress' });
    await takeJob(scheduled);
    expect(await executions()).toEqual([job!.name]);
    expect(await offers()).toEqual([]);
  });

  it('two pollers without a table lose no job', async () => {
    const [job] = await queue();
    await environment.withoutTable(() => Promise.all([takeJob(started), takeJob(started)]));
    await takeJob(scheduled);
    expect(await executions()).toEqual([job!.name]);
    expect(await offers()).toEqual([]);
  });

  it('no poll comes between the restart of an execution and its acknowledgement', async () => {
    const [job] = await queue();
    aws.may(...permissions.filter((action) => action !== 'codepipeline:AcknowledgeJob'));
    await takeJob(started);
    await environment.stopExecution(job!.name);
    const [restarted] = (await takeJob(scheduled)).started;
    const before = countPolls();
    await takeJob(started);
    expect(countPolls()).toBe(before);
    const nonce = restarted!.slice(job!.name.length + 1);
    const execution = `arn:aws:states:eu-west-1:111111111111:execution:deploy:${restarted}`;
    aws.may(...permissions);
    const input = { job: { id: job!.id, nonce, actionExecutionId: job!.name, configuration: {} } };
    expect(await acknowledgeJob({ execution, input })).toMatchObject({ acknowledged: { status: 'InProgress' } });
  });
});

/** Both spellings of an action type's ARN that AWS documents. */
it.each(['actiontype', 'actionType'] as const)(
  'the deployed role of take-job polls if IAM spells it %s',
  async (actionTypeArn) => {
    const { declareSystem } = await import('../../infra/system.ts');
    const { default: example } = await import('../../infra/config.ts');
    const { functionRole } = await import('./build-account.ts');
    const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000';
    const { roles } = declareSystem(example, { stage: 'production', keyArn });
    const role = roles.find(({ name }) => name === 'gantry-production-take-job')!;
    aws.cloud.iam.roles.set(functionRole, { ...role, arn: functionRole });
    aws.cloud.answers = selectAnswers({ id: 'poll-arn', answer: actionTypeArn });
    // The embedded account has no table with this name. So the poller gets no lease, and the test counts only polls.
    expect(await takeJob(scheduled)).toEqual({ started: [], known: [] });
  },
);
