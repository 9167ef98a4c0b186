import { deploymentRoleArn } from '../core/config/targets.ts';
import type { Installation } from './installation.ts';
import { readLedger, tableStatement } from './policies-table.ts';
import { allowStatement, type Statement } from './policy.ts';

/** The permission to assume the roles of the targets whose pause hooks people can answer; none if there are no such targets. */
function assumeRolesWithPauseHooks({ config, stage }: Installation): Statement[] {
  const roles = config.targets.filter(({ pauseHooks }) => pauseHooks === 'allow');
  return roles.length === 0
    ? []
    : [
        allowStatement('TargetRoles', ['sts:AssumeRole'], {
          on: roles.map((target) => deploymentRoleArn(target, stage)),
        }),
      ];
}

/** The permissions to answer pause hooks: as the targets that allow it, and with a record of each answer. */
export const answerPauseHooks = (installation: Installation): Statement[] => [
  ...assumeRolesWithPauseHooks(installation),
  tableStatement(installation, 'Answers', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']),
  readLedger(installation),
];

/** The permissions to watch a rollout: also the record of who has answered its pause hooks. */
export const readAnswers = (installation: Installation): Statement =>
  tableStatement(installation, 'ReadAnswers', ['dynamodb:GetItem']);
