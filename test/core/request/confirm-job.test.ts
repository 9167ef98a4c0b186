import { describe, expect, it } from 'vitest';
import { confirmJob, identifyJobFromCodePipeline } from '../../../core/request/confirm-job.ts';

const own = { provider: 'Gantry', takeJob: 'shop-production-take-job' };
const claimed = { id: 'j', nonce: '1', actionExecutionId: 'x', configuration: { ClusterName: 'claimed' } };
const named = (name: string) => ({ execution: `arn:aws:states:eu-west-1:111111111111:execution:deploy:${name}`, own });
const job = { id: 'j', actionExecutionId: 'a', configuration: { ClusterName: 'main' }, pipeline: { name: 'shop' } };
const custom = (provider: string, category = 'Deploy') => ({ actionTypeId: { category, owner: 'Custom', provider } });
const invoke = (FunctionName: string, provider = 'Lambda') => ({
  actionTypeId: { category: 'Invoke', owner: 'AWS', provider },
  configuration: { FunctionName },
});
const arn = `arn:aws:lambda:eu-west-1:111111111111:function:${own.takeJob}`;

describe('the job of', () => {
  it.each<[what: string, action: object, identity: object | undefined]>([
    ['the custom action', custom('Gantry'), { id: 'j', actionExecutionId: 'a' }],
    ["another stage's custom action", custom('Gantry-dev'), undefined],
    ['a custom action of another category', custom('Gantry', 'Test'), undefined],
    [
      'an action of AWS with our name',
      { actionTypeId: { category: 'Deploy', owner: 'AWS', provider: 'Gantry' } },
      undefined,
    ],
    ['an action that invokes our function', invoke(own.takeJob), { id: 'j' }],
    ['an action that invokes an alias of it', invoke(`${own.takeJob}:live`), { id: 'j' }],
    ['an action that invokes it by its ARN', invoke(arn), { id: 'j' }],
    ['an action that invokes another function', invoke('migrate'), undefined],
    ['an action that invokes a function whose name begins like ours', invoke(`${own.takeJob}-2`), undefined],
    ['an action of another provider of AWS', invoke(own.takeJob, 'StepFunctions'), undefined],
    ['an action without a type', {}, undefined],
  ])('%s is ours or is refused', (_, action, identity) => {
    expect(identifyJobFromCodePipeline({ job, action }, own)).toEqual(identity);
    const confirm = () => confirmJob(claimed, { job, action }, named('a'));
    if (identity === undefined) expect(confirm).toThrow(/^The job j is of the action type .*Start no execution/);
    else expect(confirm()).toEqual({ ...job, nonce: '1' });
  });
});

it('needs its nonce only if it is a custom action’s', () => {
  const unsigned = { ...claimed, nonce: undefined };
  expect(() => confirmJob(unsigned, { job, action: custom('Gantry') }, named('j'))).toThrow(/has no nonce/);
  expect(confirmJob(unsigned, { job, action: invoke(own.takeJob) }, named('j'))).toEqual({ ...job, nonce: undefined });
});

it('is tried again, or believed without its pipeline, if CodePipeline does not report it', () => {
  const pipeline = { name: 'claimed' };
  expect(() => confirmJob({ ...claimed, pipeline }, undefined, named('a'))).toThrow(
    expect.objectContaining({ name: 'SystemUnavailable' }),
  );
  expect(confirmJob({ ...claimed, nonce: undefined, pipeline }, undefined, named('j'))).toEqual({
    ...claimed,
    nonce: undefined,
    pipeline: undefined,
  });
});

it('is refused if CodePipeline does not report it and only its id was kept', () => {
  expect(() => confirmJob({ id: 'j' }, undefined, named('j'))).toThrow(
    expect.objectContaining({ name: 'JobFailed', message: expect.stringContaining('Retry the action') }),
  );
});

it.each<[what: string, nonce: string | undefined, name: string, reported: boolean, accepted: boolean]>([
  ["a custom action's first execution", '1', 'a', true, true],
  ["a custom action's later execution", '1', 'a-1', true, true],
  ["a custom action's execution with another name", '1', 'mine', true, false],
  ["a custom action's execution that is named after the job", '1', 'j', true, false],
  ["an invoke action's execution", undefined, 'j', true, true],
  ["an invoke action's execution with another name", undefined, 'mine', true, false],
  ["an invoke action's execution whose job CodePipeline does not report", undefined, 'j', false, true],
  ['the same with another name', undefined, 'mine', false, false],
])('%s (nonce %s, name %s, reported: %s) is accepted: %s', (_, nonce, name, reported, accepted) => {
  const action = nonce === undefined ? invoke(own.takeJob) : custom('Gantry');
  const confirm = () => confirmJob({ ...claimed, nonce }, reported ? { job, action } : undefined, named(name));
  if (accepted) expect(confirm()).toMatchObject({ id: 'j' });
  else expect(confirm).toThrow('Only take-job starts an execution for a job.');
});
