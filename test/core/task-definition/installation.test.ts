import { describe, expect, it } from 'vitest';
import { buildExecutionArn, resourceNames } from '../../../core/config/resource-names.ts';
import { findOtherInstallation, getOwnInstallation } from '../../../core/task-definition/installation.ts';
import { createExecutionTag } from '../../../core/task-definition/tags.ts';
import config from '../../../infra/config.ts';
import { baseWith, planWithFacts, targetFacts } from '../service/facts.ts';

const own = getOwnInstallation(config, 'production');
const { machine, rollbackMachine } = resourceNames(config, 'production');
const executionOf = (name: string, { account = '111111111111', region = 'eu-west-1' } = {}) =>
  buildExecutionArn(`arn:aws:states:${region}:${account}:stateMachine:${name}`, 'job-1');

const other = (changes: object) => ({ ...own, ...changes });
const cases: [what: string, execution: string, found: object | undefined][] = [
  ['this installation, by a release', executionOf(machine), undefined],
  ['this installation, by a rollback', executionOf(rollbackMachine), undefined],
  ['another stage', executionOf('web-shop-staging-deploy'), other({ name: 'web-shop-staging' })],
  ['another name', executionOf('tea-shop-production-rollback'), other({ name: 'tea-shop-production' })],
  [
    'the same name in another build account',
    executionOf(machine, { account: '444444444444' }),
    other({ account: '444444444444' }),
  ],
  ['the same name in another Region', executionOf(machine, { region: 'us-east-1' }), other({ region: 'us-east-1' })],
  ['a program whose tag is no execution', 'by hand', undefined],
];

describe('a revision that was registered by', () => {
  it.each(cases)('%s', (_, execution, found) => {
    const tags = [{ key: 'team', value: 'shop' }, createExecutionTag(execution)];
    expect(findOtherInstallation(tags, own)).toEqual(found);
    const { warnings } = planWithFacts(targetFacts({ base: { ...baseWith(), tags }, installation: own }));
    expect(warnings.filter((text) => text.includes('another installation of Gantry'))).toHaveLength(found ? 1 : 0);
  });

  it('somebody who writes no tags', () => {
    expect(findOtherInstallation([], own)).toBeUndefined();
  });
});
