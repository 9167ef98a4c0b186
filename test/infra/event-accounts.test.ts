import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import example from '../../infra/config.ts';
import { declareSystem } from '../../infra/system.ts';

const keyArn = 'arn:aws:kms:eu-west-1:111111111111:key/11111111-2222-3333-4444-555555555555';
const system = declareSystem(example, { stage: 'production', keyArn });
const [build, test, prod] = ['111111111111', '222222222222', '333333333333'];

/** The accounts whose events each rule takes. The embedded AWS has the same rules. */
const accountsByRule: Record<string, (string | undefined)[]> = {
  'gantry-production-take-job': [build],
  'gantry-production-report-dead-execution': [build],
  'gantry-production-announce-end': [build],
  'gantry-production-alarm': [test, prod],
  'gantry-production-wake': [test, prod],
  'gantry-production-test-rollouts': [test],
  'gantry-production-test-hooks': [test],
  'gantry-production-test-tasks': [test],
  'gantry-production-test-alarms': [test],
  'gantry-production-prod-rollouts': [prod],
  'gantry-production-prod-hooks': [prod],
  'gantry-production-prod-tasks': [prod],
  'gantry-production-prod-alarms': [prod],
};

const { rules } = system;

describe('every event rule names the accounts whose events it takes', () => {
  it.each(Object.entries(accountsByRule))('%s: %j', (name, accounts) => {
    expect(rules.find((rule) => rule.name === name)?.pattern.account).toEqual(accounts);
  });

  it('and there is no other rule', () => {
    expect(rules.map(({ name }) => name).sort()).toEqual(Object.keys(accountsByRule).sort());
  });
});

it('every pattern in docs/events.md names an account', () => {
  const page = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
  const patterns = [...page.matchAll(/--event-pattern '(\{.*?\})'/gs)].map(([, text = '']) => JSON.parse(text));
  expect(patterns.length).toBeGreaterThan(0);
  for (const { account } of patterns) expect(account).toEqual([build]);
});
