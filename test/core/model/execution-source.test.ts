import { expect, it } from 'vitest';
import { parseExecutionSource } from '../../../core/model/execution-source.ts';

it.each<[what: string, input: unknown, source: object]>([
  [
    'a pipeline',
    { job: { id: '7', pipeline: { name: 'shop', executionId: 'e', stage: 'Deploy', action: 'Test' } }, by: 'x' },
    { type: 'pipeline', name: 'shop', executionId: 'e', stage: 'Deploy', action: 'Test' },
  ],
  ['a pipeline without a name', { job: { id: '7' } }, { type: 'pipeline' }],
  [
    'a person with name and reason',
    { given: { target: 'test/web', by: 'Ada', reason: 'fix' } },
    { type: 'hand', by: 'Ada', reason: 'fix' },
  ],
  ['a person without a name', { given: { target: 'test/web', by: 7 } }, { type: 'hand' }],
  [
    'an event',
    { given: { id: 'i', 'detail-type': 'CloudWatch Alarm State Change', account: '222222222222', detail: {} } },
    { type: 'event', id: 'i', detailType: 'CloudWatch Alarm State Change', account: '222222222222' },
  ],
  [
    'an event that an input wraps',
    { given: { event: { id: 'i', 'detail-type': 'Other', account: '2' } }, release: {} },
    { type: 'event', id: 'i', detailType: 'Other', account: '2' },
  ],
  ['a person, if the input is no object,', { given: 'text' }, { type: 'hand' }],
  [
    'a person, if the input claims to be a job,',
    { given: { job: { pipeline: { name: 'shop' } }, event: 'x' } },
    { type: 'hand' },
  ],
])('%s started the execution', (_, input, source) => {
  expect(parseExecutionSource(input)).toEqual(source);
});
