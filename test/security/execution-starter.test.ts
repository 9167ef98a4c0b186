import { readFileSync } from 'node:fs';
import { StateMachine } from 'aws-local-stepfunctions';
import { describe, expect, it } from 'vitest';
import { actionProperties, jobInput, runRefused } from './attempts.ts';

/* The attacker is allowed to start an execution of each state machine with any input, and to make no other call. */
const { handler: acknowledgeJob } = await import('../../functions/acknowledge-job.ts');
const { handler: readImages } = await import('../../functions/read-images.ts');
const { handler: decideRollback } = await import('../../functions/decide-rollback.ts');

interface State {
  ResultPath?: string;
  Catch?: { ResultPath?: string }[];
  Resource?: string;
}
type Machine = 'deploy' | 'rollback';
const definitions = Object.fromEntries(
  (['deploy', 'rollback'] as const).map((name) => {
    const file = new URL(`../../state-machines/${name}.asl.json`, import.meta.url);
    return [name, readFileSync(file, 'utf8').replaceAll('${Partition}', 'aws')];
  }),
);
const states = Object.values(definitions).flatMap((text): State[] => Object.values(JSON.parse(text).States));

/**
 * Every field in which a state keeps its data: the result paths of all states and of their errors, and the fields that Acknowledge Job and Merge Decision Data
 * add.
 */
const internalFields = [
  ...new Set([
    ...states
      .flatMap((state) => [state, ...(state.Catch ?? [])])
      .flatMap(({ ResultPath = '$' }) => /^\$\.(\w+)$/.exec(ResultPath)?.[1] ?? []),
    ...['job', 'acknowledged', 'given', 'release', 'plan', 'rollout', 'verdict'],
  ]),
];

/** Input on which a state that trusts its input would act. */
const planted = {
  status: 'held',
  fence: 1,
  until: '2099-01-01T00:00:00Z',
  outcome: 'failed',
  rollBack: 'gantry',
  do: 'stop',
  reason: 'because',
  id: 'somebody-elses-job',
  configuration: actionProperties,
};

/** The report of runRefused about a handler that refused nothing. */
const letIn = 'it was let in: ';

/** Runs a machine with the deployed handlers of its first tasks; returns each later task with its data. */
async function start(machine: Machine, input: unknown) {
  const refusals: { name: string; message: string }[] = [];
  const later: { name: string; input: Record<string, unknown> }[] = [];
  const first = (handler: unknown) => async (given: unknown) => {
    const { name, message } = await runRefused(handler, given);
    if (message.startsWith(letIn)) return JSON.parse(message.slice(letIn.length));
    refusals.push({ name, message });
    throw Object.assign(new Error(message), { name });
  };
  const firsts: Record<string, unknown> = {
    'Acknowledge Job': first(acknowledgeJob),
    'Read Images': first(readImages),
    'Decide Rollback': first(decideRollback),
  };
  const definition = JSON.parse(definitions[machine]!.replace(/\$\{\w+\}/g, 'arn:aws:lambda:eu-west-1:1:function:f'));
  const handlers = Object.entries<State>(definition.States).flatMap(([name, { Resource }]) =>
    Resource === undefined
      ? []
      : [
          [
            name,
            firsts[name] ??
              ((given: { input: Record<string, unknown> }) => {
                later.push({ name, input: given.input });
                return Promise.resolve({ type: 'ConfigurationError', message: 'Refused.' });
              }),
          ],
        ],
  );
  const running = new StateMachine(definition).run(JSON.parse(JSON.stringify(input)), {
    overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) },
    context: { Execution: { Id: 'arn:x', StartTime: '2026-11-23T09:00:00.000Z' }, State: { RetryCount: 0 } },
  });
  await running.result.catch(() => undefined);
  return { refusals, later };
}

describe('an input cannot contain the data of a state:', () => {
  const ways: [way: string, machine: Machine, input: object][] = [
    ['a manual deployment', 'deploy', { target: 'test/web' }],
    ['a job', 'deploy', jobInput(actionProperties)],
    ['a manual rollback', 'rollback', { target: 'test/web' }],
    ['an event in a field', 'rollback', { event: { 'detail-type': 'CloudWatch Alarm State Change' } }],
  ];
  const cases = ways.flatMap(([way, machine, input]) =>
    internalFields
      .filter((field) => !(field in input) && !(field === 'job' && machine === 'deploy'))
      .map((field) => [way, field, machine, input] as const),
  );

  it.each(cases)('%s with %s is refused by its name, and no state gets it', async (_, field, machine, input) => {
    const { refusals, later } = await start(machine, { ...input, [field]: planted });
    expect(refusals).toEqual([
      {
        name: 'ConfigurationError',
        message: expect.stringMatching(new RegExp(`no property .*"${field}"|not valid. ${field}: must be`)),
      },
    ]);
    expect(later.map(({ name }) => name)).toEqual(['Report Failure']);
    expect(Object.keys(later[0]!.input).filter((name) => name !== 'given')).toEqual(['error']);
  });

  it('a manual deployment that also names a job counts as a job, and is refused by its target', async () => {
    const { refusals, later } = await start('deploy', { ...jobInput(actionProperties), target: 'test/web' });
    expect(refusals[0]).toMatchObject({ name: 'ConfigurationError', message: expect.stringContaining('"target"') });
    expect(later).toEqual([{ name: 'Report Failure', input: { error: expect.anything() } }]);
  });

  it.each(internalFields)('an event of EventBridge with %s leaves it aside', async (field) => {
    const event = { 'detail-type': 'Some other event', [field]: planted };
    const { later } = await start('rollback', event);
    const decision = { do: 'nothing', reason: expect.stringContaining('is no reason to roll back') };
    expect(later).toEqual([{ name: 'Report Success', input: { given: event, decision } }]);
  });
});
