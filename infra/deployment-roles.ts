import { deploymentRoleName } from '../core/config/resource-names.ts';
import config from './config.ts';
import { iamRoleArn } from './installation.ts';
import { plan } from './plan.ts';
import { isManagedBySst } from './providers.ts';
import { findCreatedRole } from './roles.ts';

/** The deployment role of each target whose resources `sst deploy` creates. roles.ts and events.ts create the other roles and the rules. */
export const deploymentRoles = Object.fromEntries(
  config.targets
    .filter(isManagedBySst)
    .map((target) => [target.name, findCreatedRole(iamRoleArn(target, deploymentRoleName(target, plan.stage))).arn]),
);
