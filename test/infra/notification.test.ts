import { expect, it } from 'vitest';
import { findConfigErrors, validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';
import { declareSystem } from '../../infra/system.ts';

const on = (config = example) =>
  declareSystem(config, { stage: 'production', keyArn: 'arn:aws:kms:eu-west-1:111111111111:key/1' });

it('without notify there is no topic, no rule and no subscription', () => {
  expect(on().notification).toBeUndefined();
});

it('with notify the address gets an e-mail at the end of each deployment, through a topic that only the rule can publish to', () => {
  const { notification, deadLetters } = on(validateConfig({ ...example, notify: { email: 'team@example.com' } }));
  const rule = 'arn:aws:events:eu-west-1:111111111111:rule/gantry-production-notifications';
  expect(notification).toMatchObject({
    email: 'team@example.com',
    topic: {
      name: 'gantry-production-notifications',
      policy: {
        Statement: [
          {
            Principal: { Service: 'events.amazonaws.com' },
            Action: ['sns:Publish'],
            Resource: ['arn:aws:sns:eu-west-1:111111111111:gantry-production-notifications'],
            Condition: { ArnEqualsIfExists: { 'aws:SourceArn': [rule] } },
          },
        ],
      },
    },
    rule: { pattern: { source: ['gantry'], account: ['111111111111'], detail: { end: [{ exists: true }] } } },
  });
  expect(JSON.stringify(deadLetters.policy)).toContain(rule);
  const named = [...notification!.text.template.matchAll(/<(\w+)>/g)].map(([, name]) => name);
  expect(named.sort()).toEqual(Object.keys(notification!.text.paths).sort());
});

it('notify.email that is not an e-mail address is refused', () => {
  expect(findConfigErrors({ ...example, notify: { email: 'team' } }).join()).toContain(
    'notify.email must be an e-mail address',
  );
});
