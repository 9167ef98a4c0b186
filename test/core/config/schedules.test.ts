import { expect, test as it } from 'vitest';
import { validateConfig } from '../../../core/config/check.ts';
import { parseScheduleReference } from '../../../core/config/schedule-reference.ts';

const withSchedules = (schedules: unknown) =>
  validateConfig({
    name: 'gantry',
    build: { account: '111111111111', region: 'eu-west-1' },
    targets: [
      {
        name: 'test',
        account: '222222222222',
        region: 'eu-west-1',
        cluster: 'shop',
        services: [{ name: 'web', containers: ['app'], executionRole: 'web', schedules }],
      },
    ],
  } as Parameters<typeof validateConfig>[0]);

it.each([
  ['nightly-report', { rule: 'nightly-report', schedule: { group: 'default', name: 'nightly-report' } }],
  ['reports/nightly', { schedule: { group: 'reports', name: 'nightly' } }],
  ['default/nightly', { schedule: { group: 'default', name: 'nightly' } }],
  ['rule:nightly', { rule: 'nightly' }],
])('%s names %j', (text, expected) => {
  expect(withSchedules([text]).targets[0]!.services[0]!.schedules).toEqual([text]);
  expect(parseScheduleReference(text)).toEqual(expected);
});

it.each([['a/b/c'], ['rule:a/b'], ['arn:aws:events:eu-west-1:222222222222:rule/nightly'], ['*'], [''], ['night ly']])(
  'refuses the name %j',
  (text) => {
    expect(() => withSchedules([text])).toThrow('must be NAME, GROUP/NAME or rule:NAME');
  },
);

it('passes by default the role that the ECS console creates', () => {
  expect(withSchedules([]).targets[0]!.services[0]!.scheduleRoles).toEqual(['ecsEventsRole']);
});
