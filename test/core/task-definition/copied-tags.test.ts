import { describe, expect, it } from 'vitest';
import { createSessionName } from '../../../core/model/session-name.ts';
import { dropCopiedTags } from '../../../core/task-definition/copied-tags.ts';
import { createExecutionTag } from '../../../core/task-definition/tags.ts';

const machine = 'arn:aws:states:eu-west-1:111111111111:execution:gantry-production-deploy';
const role = 'arn:aws:sts::222222222222:assumed-role/test-deployment';
const team = { key: 'team', value: 'shop' };
const restores = { key: 'gantry:restores', value: 'arn:aws:ecs:eu-west-1:222222222222:task-definition/web:2' };
const disabled = { key: 'gantry:roll-back-on-failure', value: 'false' };

/** The remaining tags of a revision that somebody registered with the tags of the execution `name`. */
function readTags(name: string, registeredBy: unknown) {
  const tags = [team, createExecutionTag(`${machine}:${name}`), restores, disabled];
  const taskDefinition = {
    family: 'web',
    containerDefinitions: [],
    ...(registeredBy === null ? {} : { registeredBy }),
  };
  return dropCopiedTags({ taskDefinition, tags }).tags.map(({ key }) => key);
}

const all = ['team', 'gantry:execution', 'gantry:restores', 'gantry:roll-back-on-failure'];

describe('a revision that another principal registered keeps only the tags of its users:', () => {
  it.each([
    [
      'a role of single sign-on, as in the console',
      'arn:aws:sts::222222222222:assumed-role/AWSReservedSSO_Admin_0f/ada',
    ],
    ["another deployer's session of Gantry's role", `${role}/terraform`],
    ['another execution of Gantry', `${role}/other-execution`],
    ['a role with a path', 'arn:aws:sts::222222222222:assumed-role/ci/deployer/build-7'],
    ['a user', 'arn:aws:iam::222222222222:user/ada'],
    ['a user with a path', 'arn:aws:iam::222222222222:user/people/ada'],
    ['the root user', 'arn:aws:iam::222222222222:root'],
    ['a user in another partition', 'arn:aws-cn:iam::222222222222:user/ada'],
  ])('%s', (_, registeredBy) => {
    expect(readTags('release-7', registeredBy)).toEqual(['team']);
  });
});

describe('a revision keeps all its tags if its execution registered it:', () => {
  it.each([
    'release-7',
    '0f8fad5b-d9cb-469f-a165-70867728950e',
    'a b (second)',
    'v1_2=3',
    'ünder',
    `${'n'.repeat(78)}-1`,
    `${'ü'.repeat(78)}-1`,
    'x',
  ])('%s', (name) => {
    const session = createSessionName(`${machine}:${name}`);
    expect(readTags(name, `${role}/${session}`)).toEqual(all);
    expect(readTags(name, `arn:aws-us-gov:sts::222222222222:assumed-role/other/${session}`)).toEqual(all);
  });
});

it.each([
  ['does not say', null],
  ['says in a form that is not documented', 'somebody'],
  ['names a role without its session', 'arn:aws:iam::222222222222:role/test-deployment'],
  ['says with something that is no text', 7],
])('a revision keeps all its tags if ECS %s who registered it', (_, registeredBy) => {
  expect(readTags('release-7', registeredBy)).toEqual(all);
});

it('a revision without tags of Gantry keeps its tags', () => {
  const taskDefinition = { family: 'web', containerDefinitions: [], registeredBy: `${role}/terraform` };
  expect(dropCopiedTags({ taskDefinition, tags: [team] }).tags).toEqual([team]);
});
