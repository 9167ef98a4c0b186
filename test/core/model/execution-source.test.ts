import { expect, it } from 'vitest';
import { parseExecutionSource } from '../../../core/model/execution-source.ts';

it.each<[what: string, input: unknown, source: object]>([
  [
    'a pipeline',
    { job: { id: '7', pipeline: { name: 'shop', executionId: 'e', stage: 'Deploy', action: 'Test' } }, by: 'x' },
    { type: 'pipeline', name: 'shop', executionId: 'e', stage: 'Deploy', action: 'Test' },
  ],
  ['a pipeline that does not say which', { job: { id: '7' } }, { type: 'pipeline' }],
  [
    'a person who says who and why',
    { target: 'test/web', by: 'Ada', reason: 'fix' },
    { type: 'hand', by: 'Ada', reason: 'fix' },
  ],
  ['a person who does not', { target: 'test/web', by: 7 }, { type: 'hand' }],
  [
    'an event',
    { event: { id: 'i', 'detail-type': 'CloudWatch Alarm State Change', account: '222222222222', detail: {} } },
    { type: 'event', id: 'i', detailType: 'CloudWatch Alarm State Change', account: '222222222222' },
  ],
  ['nothing that can be read', 'text', { type: 'hand' }],
])('%s set it off', (_, input, source) => {
  expect(parseExecutionSource(input)).toEqual(source);
});
