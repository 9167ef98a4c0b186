import { deploymentRoleName } from '../core/config/resource-names.ts';
import config from '../gantry.config.ts';
import { iamRoleArn } from './installation.ts';
import { plan } from './plan.ts';
import { isManagedBySst } from './providers.ts';
import { findCreatedRole } from './roles.ts';

/** The role that each target is deployed to with, where it is made from here. The rest of a target is roles and rules (roles.ts, events.ts). */
export const deploymentRoles = Object.fromEntries(
  config.targets
    .filter(isManagedBySst)
    .map((target) => [
      target.name,
      findCreatedRole(iamRoleArn(target.account, deploymentRoleName(target, plan.stage))).arn,
    ]),
);
