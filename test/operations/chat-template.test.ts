import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { validateConfig } from '../../core/config/check.ts';
import example from '../../infra/config.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'events.md'), 'utf8');
const section = page.slice(page.indexOf('## Slack and Teams'));
const [, template = ''] = /```yaml\n(.*?)```/s.exec(section) ?? [];
const [, arn = ''] = /notify: \{ topic: '([^']+)' \}/.exec(section) ?? [];

/** CloudFormation's short functions, as the objects that they stand for. */
const customTags = [
  { tag: '!Ref', resolve: (name: string) => ({ Ref: name }) },
  { tag: '!GetAtt', resolve: (name: string) => ({ 'Fn::GetAtt': name.split('.') }) },
];

describe('the template of docs/events.md for Slack', () => {
  const { Resources } = parse(template, { customTags });

  it('creates the topic that the configuration beside it names', () => {
    expect(arn.split(':').at(-1)).toBe(Resources.Releases.Properties.TopicName);
    expect(validateConfig({ ...example, notify: { topic: arn } }).notify?.topic).toBe(arn);
  });

  it('gives the channel no permission, and states the guardrail that denies everything', () => {
    expect(Resources.ChannelRole.Properties).not.toHaveProperty('Policies');
    expect(Resources.ChannelRole.Properties).not.toHaveProperty('ManagedPolicyArns');
    expect(Resources.Channel.Properties).toMatchObject({
      GuardrailPolicies: ['arn:aws:iam::aws:policy/AWSDenyAll'],
      IamRoleArn: { 'Fn::GetAtt': ['ChannelRole', 'Arn'] },
      SnsTopicArns: [{ Ref: 'Releases' }],
    });
  });

  it('refers only to its own resources and to the account', () => {
    const references = [...template.matchAll(/!(?:Ref|GetAtt) ([\w:]+)/g)].map(([, name]) => name!);
    expect(references.filter((name) => !(name in Resources))).toEqual(['AWS::AccountId']);
  });
});
