import { describe, expect, it } from 'vitest';
import {
  familyOfRevision,
  parseRevisionNumber,
  type RawTaskDefinition,
  taskDefinitionArnOf,
  toRegistrableDefinition,
} from '../../../core/task-definition/raw.ts';
import { appMeshExample, ec2Example, fargateExample, futureFieldsExample } from './examples.ts';

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

describe('the fields to register of a described task definition', () => {
  it.each([
    ['a Fargate service', fargateExample],
    ['an EC2 service with volumes and placement', ec2Example],
    ['App Mesh with FireLens', appMeshExample],
    ['unknown fields, nulls and empty values', futureFieldsExample],
  ])('are all except the nine output-only fields, in order: %s', (_, described: RawTaskDefinition) => {
    const expected = Object.entries(described).filter(([field]) => !nine.includes(field));
    expect(JSON.stringify(toRegistrableDefinition(described))).toBe(JSON.stringify(Object.fromEntries(expected)));
  });

  it('omit the nine only at the top level: a nested field with such a name is kept', () => {
    const definition = {
      ...Object.fromEntries(nine.map((field) => [field, 'x'])),
      family: 'web',
      containerDefinitions: [{ name: 'app', status: 'kept', revision: 1 }],
    };
    expect(toRegistrableDefinition(definition)).toEqual({
      family: 'web',
      containerDefinitions: [{ name: 'app', status: 'kept', revision: 1 }],
    });
  });
});

describe('the name of a revision', () => {
  it.each([
    ['arn:aws:ecs:eu-west-1:222222222222:task-definition/web:12', 'web', 12],
    ['web:3', 'web', 3],
    ['web', 'web', 0],
  ])('%s', (revision, family, number) => {
    expect([familyOfRevision(revision), parseRevisionNumber(revision)]).toEqual([family, number]);
  });

  it('is its ARN if ECS described it', () => {
    expect(taskDefinitionArnOf({ taskDefinition: fargateExample, tags: [] })).toBe(fargateExample.taskDefinitionArn);
  });
});
