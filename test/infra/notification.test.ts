import { describe, expect, it } from 'vitest';
import { findConfigErrors, validateConfig } from '../../core/config/check.ts';
import type { ConfigInput } from '../../core/config/schema.ts';
import example from '../../infra/config.ts';
import { declareSystem } from '../../infra/system.ts';

const chat = 'arn:aws:sns:eu-west-1:111111111111:releases';
const own = 'arn:aws:sns:eu-west-1:111111111111:gantry-production-notifications';

function declareWith(notify: ConfigInput['notify']) {
  const system = declareSystem(validateConfig({ ...example, notify }), {
    stage: 'production',
    keyArn: 'arn:aws:kms:eu-west-1:111111111111:key/1',
  });
  const announce = system.functions.find(({ file }) => file === 'announce-end')!;
  const role = system.roles.find(({ name }) => name === announce.name)!;
  const publishes = Object.values(role.policies)
    .flatMap(({ Statement }) => Statement)
    .filter(({ Action }) => Action.includes('sns:Publish'))
    .flatMap(({ Resource = [] }) => Resource);
  return { system, environment: announce.environment, publishes };
}

describe('notify in the configuration', () => {
  it.each([
    ['is absent', undefined, undefined, []],
    ['has an address', { email: 'team@example.com' }, own, [own]],
    ['has a topic', { topic: chat }, undefined, [chat]],
    ['has both', { email: 'team@example.com', topic: chat }, own, [own, chat]],
  ])('%s: announce-end can publish to exactly the topics that it asks for', (_case, notify, created, topics) => {
    const { system, environment, publishes } = declareWith(notify);
    expect(system.notification?.topic.arn).toBe(created);
    expect([environment.EMAIL_TOPIC, environment.CHAT_TOPIC].filter(Boolean)).toEqual(topics);
    expect(publishes).toEqual(topics);
  });

  it.each([
    ['an address that is none', { notify: { email: 'team' } }, 'notify.email must be an e-mail address'],
    ['neither', { notify: {} }, 'must have email, topic or both'],
    ['a name instead of an ARN', { notify: { topic: 'releases' } }, 'notify.topic must be the ARN of a standard SNS'],
    ['a FIFO topic', { notify: { topic: `${chat}.fifo` } }, 'notify.topic must be the ARN of a standard SNS topic'],
    [
      'a topic of another account',
      { notify: { topic: chat.replaceAll('1111', '2222') } },
      'notify.topic must be a topic of the build account 111111111111 in eu-west-1; found "arn:aws:sns:eu-west-1:222222222222:releases"',
    ],
    [
      'a topic of another Region',
      { notify: { topic: chat.replace('eu-west-1', 'us-east-1') } },
      'of the account 111111111111 in us-east-1',
    ],
    [
      'alarmTopic of another Region',
      { alarmTopic: chat.replace('eu-west-1', 'us-east-1') },
      'alarmTopic must be a topic of the build account 111111111111 in eu-west-1',
    ],
    [
      'alarmTopic of another account',
      { alarmTopic: chat.replaceAll('1111', '2222') },
      'alarmTopic must be a topic of the build account 111111111111 in eu-west-1',
    ],
  ])('with %s is refused', (_case, change, message) => {
    expect(findConfigErrors({ ...example, ...change }).join()).toContain(message);
  });

  it.each([
    'arn:aws:cloudwatch:eu-west-1:222222222222:alarm:errors',
    'arn:aws-cn:cloudwatch:cn-north-1:222222222222:alarm:errors',
    ' arn:aws:cloudwatch:eu-west-1:222222222222:alarm:errors',
    'ARN:AWS:cloudwatch:eu-west-1:222222222222:alarm:errors',
  ])("with the ARN of an alarm where its name belongs, the configuration is refused: '%s'", (arn) => {
    const targets = example.targets.map((target) => ({
      ...target,
      services: target.services.map((service) => ({ ...service, alarms: [arn] })),
    }));
    expect(findConfigErrors({ ...example, targets }).join()).toContain('must be the name of an alarm, not its ARN');
  });
});
