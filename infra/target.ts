import { deploymentRoleName } from '../core/config/resource-names.ts';
import config from '../gantry.config.ts';
import { isOurs } from './accounts.ts';
import { roleIn } from './arns.ts';
import { plan } from './plan.ts';
import { roleOf } from './roles.ts';

/** The role that each target is deployed to with, where it is made from here. The rest of a target is roles and rules (roles.ts, events.ts). */
export const deploymentRoles = Object.fromEntries(
  config.targets
    .filter(isOurs)
    .map((target) => [target.name, roleOf(roleIn(target.account, deploymentRoleName(target, plan.stage))).arn]),
);
