import { describe, expect, it } from 'vitest';
import { arnOf, familyOf, numberOf, type RawTaskDefinition, registrable } from '../../../core/task-definition/raw.ts';
import { ec2, fargate, future, mesh } from './examples.ts';

const nine = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
];

describe('what is registered of a described task definition', () => {
  it.each([
    ['a Fargate service', fargate],
    ['an EC2 service with volumes and placement', ec2],
    ['App Mesh with FireLens', mesh],
    ['fields that nobody knows yet, nulls and empties', future],
  ])('is all but the nine output-only fields, in order: %s', (_, described: RawTaskDefinition) => {
    const expected = Object.entries(described).filter(([field]) => !nine.includes(field));
    expect(JSON.stringify(registrable(described))).toBe(JSON.stringify(Object.fromEntries(expected)));
  });

  it('drops each of the nine at the top only: a field of that name further down is another one', () => {
    const definition = {
      ...Object.fromEntries(nine.map((field) => [field, 'x'])),
      family: 'web',
      containerDefinitions: [{ name: 'app', status: 'kept', revision: 1 }],
    };
    expect(registrable(definition)).toEqual({
      family: 'web',
      containerDefinitions: [{ name: 'app', status: 'kept', revision: 1 }],
    });
  });
});

describe('a revision by name', () => {
  it.each([
    ['arn:aws:ecs:eu-west-1:222222222222:task-definition/web:12', 'web', 12],
    ['web:3', 'web', 3],
    ['web', 'web', 0],
  ])('%s', (revision, family, number) => {
    expect([familyOf(revision), numberOf(revision)]).toEqual([family, number]);
  });

  it('is its ARN where ECS described it', () => {
    expect(arnOf({ taskDefinition: fargate, tags: [] })).toBe(fargate.taskDefinitionArn);
  });
});
