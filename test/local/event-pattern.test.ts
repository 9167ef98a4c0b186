import { describe, expect, it } from 'vitest';
import { compileEventPattern } from '../../local/events/pattern.ts';

const event = {
  source: 'aws.codepipeline',
  'detail-type': 'CodePipeline Action Execution State Change',
  account: '111111111111',
  resources: ['arn:aws:codepipeline:eu-west-1:111111111111:shop', 'arn:aws:ecs:eu-west-1:222222222222:service/web'],
  detail: {
    state: 'STARTED',
    version: 4,
    empty: null,
    live: true,
    tags: [],
    type: { owner: 'Custom', provider: 'Gantry' },
    containers: [
      { name: 'web', exitCode: 1 },
      { name: 'log', exitCode: 0 },
    ],
  },
};

const detail = (of: object) => ({ detail: of });

describe('an event pattern', () => {
  it.each<[string, object]>([
    ['an equal value', { source: ['aws.codepipeline'] }],
    ['one of several values', detail({ state: ['FAILED', 'STARTED'] })],
    ['several nested fields', detail({ type: { owner: ['Custom'], provider: ['Gantry'] }, state: ['STARTED'] })],
    ['a number', detail({ version: [4] })],
    ['null', detail({ empty: [null] })],
    ['a boolean', detail({ live: [true] })],
    ['one element of an array', { resources: ['arn:aws:codepipeline:eu-west-1:111111111111:shop'] }],
    ['a field of an object in an array', detail({ containers: { name: ['log'] } })],
    ['a prefix', { resources: [{ prefix: 'arn:aws:ecs:' }] }],
    ['a prefix in another case', { source: [{ prefix: { 'equals-ignore-case': 'AWS.CODE' } }] }],
    ['a suffix', { resources: [{ suffix: 'service/web' }] }],
    ['equals-ignore-case', detail({ state: [{ 'equals-ignore-case': 'started' }] })],
    ['anything-but a value', detail({ state: [{ 'anything-but': 'FAILED' }] })],
    ['anything-but a list', detail({ version: [{ 'anything-but': [1, 2] }] })],
    ['anything-but a prefix', detail({ state: [{ 'anything-but': { prefix: 'FAIL' } }] })],
    ['anything-but a list of wildcards', detail({ state: [{ 'anything-but': { wildcard: ['F*', 'X*'] } }] })],
    ['exists', detail({ version: [{ exists: true }] })],
    ['exists for a field that is null', detail({ empty: [{ exists: true }] })],
    ['not exists', detail({ missing: [{ exists: false }] })],
    ['numeric comparisons', detail({ version: [{ numeric: ['>', 3, '<=', 4] }] })],
    ['numeric equality', detail({ version: [{ numeric: ['=', 4] }] })],
    ['a wildcard', { resources: [{ wildcard: 'arn:*:service/*' }] }],
    ['$or', { $or: [{ source: ['aws.ecs'] }, detail({ version: [4] })] }],
    [
      '$or beside another field',
      { account: ['111111111111'], $or: [{ source: ['aws.ecs'] }, detail({ live: [true] })] },
    ],
  ])('matches by %s', (_, pattern) => {
    expect(compileEventPattern(JSON.stringify(pattern))(event)).toBe(true);
  });

  it.each<[string, object]>([
    ['another value', { source: ['aws.ecs'] }],
    ['a number as text', detail({ version: ['4'] })],
    ['one nested field that differs', detail({ type: { owner: ['AWS'], provider: ['Gantry'] } })],
    ['a field that is missing', detail({ missing: ['x'] })],
    ['two fields of different objects in an array', detail({ containers: { name: ['log'], exitCode: [1] } })],
    ['a prefix in another case', { source: [{ prefix: 'AWS' }] }],
    ['anything-but the value', detail({ state: [{ 'anything-but': ['STARTED'] }] })],
    ['anything-but on a field that is missing', detail({ missing: [{ 'anything-but': 'x' }] })],
    ['anything-but a wildcard that matches', detail({ state: [{ 'anything-but': { wildcard: 'ST*' } }] })],
    ['exists on a missing field', detail({ missing: [{ exists: true }] })],
    ['not exists on a field', detail({ state: [{ exists: false }] })],
    ['a number outside the range', detail({ version: [{ numeric: ['>', 4] }] })],
    ['a wildcard that does not reach the end', { source: [{ wildcard: 'aws.*line.x' }] }],
    ['a wildcard whose star is escaped', { source: [{ wildcard: 'aws.\\*' }] }],
    ['a dot in a wildcard', { source: [{ wildcard: 'aws-*' }] }],
    ['$or of which nothing matches', { $or: [{ source: ['aws.ecs'] }, { account: ['2'] }] }],
  ])('does not match by %s', (_, pattern) => {
    expect(compileEventPattern(JSON.stringify(pattern))(event)).toBe(false);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['nothing', '{}'],
    ['a value that is not an array', '{"source":"aws.ecs"}'],
    ['an empty array', '{"source":[]}'],
    ['an operator that does not exist', '{"source":[{"matches":"x"}]}'],
    ['a comparison without a number', '{"detail":{"n":[{"numeric":[">","1"]}]}}'],
    ['a nested array', '{"source":[["x"]]}'],
  ])('that is %s is refused', (_, source) => {
    expect(() => compileEventPattern(source)).toThrow(/^Event pattern is not valid/);
  });
});
