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
    { target: 'test/web', by: 'Ada', reason: 'fix' },
    { type: 'hand', by: 'Ada', reason: 'fix' },
  ],
  ['a person without a name', { target: 'test/web', by: 7 }, { type: 'hand' }],
  [
    'an event',
    { event: { id: 'i', 'detail-type': 'CloudWatch Alarm State Change', account: '222222222222', detail: {} } },
    { type: 'event', id: 'i', detailType: 'CloudWatch Alarm State Change', account: '222222222222' },
  ],
  ['a person, if the input is no object,', 'text', { type: 'hand' }],
])('%s started the execution', (_, input, source) => {
  expect(parseExecutionSource(input)).toEqual(source);
});
