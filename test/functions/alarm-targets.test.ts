import { CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { beforeAll, expect, it } from 'vitest';
import { findServicesWithAlarm } from '../../aws/alarm-targets.ts';
import { createTargetAccount, executionArn, permissions, target } from './target-account.ts';

const { admin, allow, clock, requests, sent } = await createTargetAccount();
const names = Array.from({ length: 23 }, (_, index) => `web-${String(index).padStart(2, '0')}`);
const watching = ['web-03', 'web-20'];
const readable = (Resource: string | string[]) =>
  Object.assign(permissions, { service: { Action: 'ecs:*', Resource } });

/** Creates all services. Two of them watch the alarm, and one names the alarm without watching it. */
beforeAll(async () => {
  const containerDefinitions = [{ name: 'app', image: 'app:1' }];
  await admin.send(new RegisterTaskDefinitionCommand({ family: 'web', containerDefinitions }));
  for (const serviceName of names) {
    const alarmNames = [...watching, 'web-04'].includes(serviceName) ? ['errors'] : ['others'];
    const alarms = { alarmNames, enable: serviceName !== 'web-04', rollback: true };
    const input = { cluster: 'main', serviceName, taskDefinition: 'web:1', desiredCount: 0 };
    await admin.send(new CreateServiceCommand({ ...input, deploymentConfiguration: { alarms } }));
  }
});

const nameTarget = (service: string, cluster = 'main') => ({ ...target, cluster, service });
const session = { execution: executionArn('alarm'), access: 'decide rollback' as const };
const service = (name: string) => `arn:aws:ecs:*:*:service/main/${name}`;
const without = (name: string) => names.filter((one) => one !== name).map(service);

it.each([
  ['one service', ['web-03'], '*', ['web-03'], 1],
  ['ten services', names.slice(0, 10), '*', ['web-03'], 1],
  ['23 services', names, '*', watching, 3],
  ['a service that is gone', ['web-03', 'gone'], '*', ['web-03'], 1],
  ['only a service that is gone', ['gone'], '*', [], 1],
  ['one that the role may not read, and is refused once', ['web-05'], without('web-05'), [], 1],
  ['ten, one of which the role may not read', names.slice(0, 10), without('web-05'), ['web-03'], 11],
  ['the one with the alarm, which the role may not read', names.slice(0, 10), without('web-03'), [], 11],
])('finds the services of an alarm among %s: %j, allowed %j: %j', async (_, candidates, allowed, found, most) => {
  readable(allowed);
  allow();
  requests.length = 0;
  const targets = await findServicesWithAlarm(
    candidates.map((name) => nameTarget(name)),
    'errors',
    { session, now: new Date(clock.now()) },
  );
  expect(targets.map((one) => one.service)).toEqual(found);
  expect(sent('DescribeServices').length).toBeLessThanOrEqual(most);
});

it('reads the services of each cluster separately, and none of a cluster that is gone', async () => {
  readable('*');
  allow();
  const candidates = [nameTarget('web-03', 'gone'), nameTarget('web-04', 'gone'), nameTarget('web-03')];
  const found = await findServicesWithAlarm(candidates, 'errors', { session, now: new Date(clock.now()) });
  expect(found).toEqual([nameTarget('web-03')]);
});
