import type { Installation } from './installation.ts';
import { assumeRolesOf } from './policies-shared.ts';
import { readLedger, tableStatement } from './policies-table.ts';
import type { Statement } from './policy.ts';

/** The permission to assume the roles of the targets whose pause hooks people can answer; none if there are no such targets. */
const assumeRolesWithPauseHooks = (installation: Installation): Statement[] =>
  assumeRolesOf(
    installation,
    installation.config.targets.filter(({ pauseHooks }) => pauseHooks === 'allow'),
  );

/** The permissions to answer pause hooks: to assume the roles of the targets that allow it, and to record each answer. */
export const answerPauseHooks = (installation: Installation): Statement[] => [
  ...assumeRolesWithPauseHooks(installation),
  tableStatement(installation, 'Answers', ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']),
  readLedger(installation),
];

/** The permission, for watching a rollout, to read the records of the answers at its pause hooks. */
export const readAnswers = (installation: Installation): Statement =>
  tableStatement(installation, 'ReadAnswers', ['dynamodb:GetItem']);
