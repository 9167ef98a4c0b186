import { describe, expect, it } from 'vitest';
import { orderResources } from '../../local/cloudformation/order-resources.ts';
import { listReferences, resolveValue } from '../../local/cloudformation/resolve-values.ts';
import { deployStack, type StackRequest } from '../../local/cloudformation/stack.ts';
import { templateSchema } from '../../local/cloudformation/template.ts';
import { logs } from '../../local/logs.ts';
import { actAsAdministrator, createAdministrator } from '../../local/run/accounts.ts';
import { buildAccountId, region, startCloud } from '../start.ts';

const templateOf = (Resources: Record<string, object>, more: object = {}) =>
  templateSchema.parse({ AWSTemplateFormatVersion: '2010-09-09', Resources, ...more });
const topic = (Properties: object = {}, more: object = {}) => ({ Type: 'AWS::SNS::Topic', Properties, ...more });

const scope = {
  values: { Stage: 'dev', 'AWS::Region': 'eu-west-1' },
  created: new Map([['Queue', { ref: 'https://queue', attributes: { Arn: 'arn:queue' } }]]),
};

describe('a value in a template', () => {
  it.each<[unknown, unknown]>([
    [{ Ref: 'Stage' }, 'dev'],
    [{ Ref: 'Queue' }, 'https://queue'],
    [[{ 'Fn::GetAtt': ['Queue', 'Arn'] }], ['arn:queue']],
    [{ 'Fn::Sub': '${AWS::Region}/${Stage}/${Queue.Arn}/${!Kept}/$.x' }, 'eu-west-1/dev/arn:queue/${Kept}/$.x'],
    [
      { Ref: 'Stage', Other: 1 },
      { Ref: 'Stage', Other: 1 },
    ],
    [
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ],
    ['${Stage}', '${Stage}'],
  ])('%j is %j', (value, expected) => {
    expect(resolveValue(value, scope)).toEqual(expected);
  });

  it.each([
    [{ Ref: 'Nothing' }, 'invalid resource Nothing'],
    [{ 'Fn::GetAtt': ['Queue', 'Name'] }, 'Queue has no attribute Name'],
    [{ 'Fn::Join': ['', []] }, 'does not cover Fn::Join'],
  ])('%j is refused', (value, message) => {
    expect(() => resolveValue(value, scope)).toThrow(message);
  });

  it('refers to the names in its functions', () => {
    expect(listReferences([{ Ref: 'A' }, { x: { 'Fn::Sub': '${B.Arn} ${AWS::Region}' } }])).toEqual([
      'A',
      'B',
      'AWS::Region',
    ]);
  });
});

describe('the order of the resources', () => {
  it('has each after those that it depends on or refers to', () => {
    const order = orderResources(
      templateOf({
        First: topic({ x: { Ref: 'Second' } }),
        Second: topic({}, { DependsOn: ['Third'] }),
        Third: topic(),
      }),
    );
    expect(order).toEqual(['Third', 'Second', 'First']);
  });

  it.each([
    [
      'a circle',
      { A: topic({ x: { Ref: 'B' } }), B: topic({}, { DependsOn: ['A'] }) },
      'Circular dependency between resources: [A, B, A]',
    ],
    ['an unknown resource', { A: topic({}, { DependsOn: ['C'] }) }, 'Unresolved resource dependencies [C]'],
    ['an unknown parameter', { A: topic({ x: { Ref: 'P' } }) }, 'Unresolved resource dependencies [P]'],
  ])('does not exist for %s', (_what, resources, message) => {
    expect(() => orderResources(templateOf(resources))).toThrow(message);
  });
});

describe('a stack', async () => {
  const { cloud } = await startCloud(logs);
  const place = { account: buildAccountId, region };
  createAdministrator(cloud, place);
  const context = { cloud, place, call: actAsAdministrator(cloud, buildAccountId, region) };
  const group = (name: string, more: object = {}) => ({
    ...{ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: name, RetentionInDays: 90 } },
    ...more,
  });
  const request = (Resources: Record<string, object>, more: object = {}): StackRequest => ({
    ...{ name: 'logs', parameters: {} },
    template: JSON.stringify({ AWSTemplateFormatVersion: '2010-09-09', Resources, ...more }),
  });

  it('leaves a retained resource that the next template no longer has', async () => {
    const Kept = group('/kept', { DeletionPolicy: 'RetainExceptOnCreate' });
    const before = await deployStack(request({ Kept, Other: group('/other') }), context);
    const after = await deployStack(request({ Other: group('/other') }), context, before);
    expect(after.left).toEqual(['AWS::Logs::LogGroup /kept']);
    await expect(deployStack(request({}), context, before)).rejects.toThrow('does not cover the removal of Other');
  });

  it('has outputs, with the values of its parameters', async () => {
    const more = {
      Parameters: { Word: { Type: 'String', AllowedPattern: '[a-z]+' } },
      Outputs: { Text: { Value: { 'Fn::Sub': '${Word} in ${AWS::Region}' } } },
    };
    const made = await deployStack(
      { ...request({ Log: group('/outputs') }, more), parameters: { Word: 'logs' } },
      context,
    );
    expect(made.outputs).toEqual({ Text: 'logs in eu-west-1' });
  });

  it.each([
    [{}, 'Parameter Word is "undefined" and must match [a-z]+'],
    [{ Word: 'TWO' }, 'Parameter Word is "TWO" and must match [a-z]+'],
    [{ Word: 'one', Other: 'x' }, 'Parameters: [Other] do not exist in the template'],
  ])('is refused with the parameters %j', async (parameters, message) => {
    const more = { Parameters: { Word: { Type: 'String', AllowedPattern: '[a-z]+' } } };
    await expect(deployStack({ ...request({}, more), parameters }, context)).rejects.toThrow(message);
  });

  it('is refused with a type that the embedded AWS does not have', async () => {
    await expect(deployStack(request({ Topic: topic() }), context)).rejects.toThrow(
      'no resources of type AWS::SNS::Topic',
    );
  });
});
