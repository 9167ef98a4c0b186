import { expect, test as it } from 'vitest';
import { findUsersOfOtherRevisions, listTaskDefinitions } from '../../../core/schedule/other-revisions.ts';

const arn = (name: string) => `arn:aws:ecs:eu-west-1:222222222222:task-definition/${name}`;
const machine = (...taskDefinitions: unknown[]) =>
  JSON.stringify({
    StartAt: 'Run',
    States: {
      Run: {
        Type: 'Parallel',
        Branches: taskDefinitions.map((TaskDefinition) => ({
          States: {
            Task: { Type: 'Task', Resource: 'arn:aws:states:::ecs:runTask.sync', Parameters: { TaskDefinition } },
          },
        })),
      },
      Calculated: { Type: 'Task', Parameters: { 'TaskDefinition.$': '$.revision' } },
      Jsonata: { Type: 'Task', Arguments: { TaskDefinition: '{% $revision %}' } },
    },
  });

it.each([
  ['an ARN', machine(arn('web:3')), [arn('web:3')]],
  ['a family and a revision', machine('web:3'), ['web:3']],
  ['a family', machine('web'), ['web']],
  ['several states', machine('web:3', 'worker'), ['web:3', 'worker']],
  ['only calculated ones', machine(), []],
  ['a value that is no text', machine(7), []],
  ['no JSON', 'StartAt: Run', []],
])('a state machine that names %s', (_, definition, expected) => {
  expect(listTaskDefinitions(definition)).toEqual(expected);
});

it.each([
  [arn('web:7'), []],
  ['web:7', []],
  [arn('web:6'), ['web:6']],
  ['web', ['web']],
  [arn('web'), ['web']],
  ['web-worker:6', []],
  [arn('my-web:6'), []],
])('of a service that runs web:7, %s is another revision: %j', (taskDefinition, expected) => {
  const users = [taskDefinition, taskDefinition].map((one) => ({ name: 'schedule default/x', taskDefinition: one }));
  expect(findUsersOfOtherRevisions(users, arn('web:7')).map(({ revision }) => revision)).toEqual(expected);
});
