import type { TargetConfig } from '../core/config/check.ts';
import { listDeployStages } from '../core/config/deploy-stages.ts';
import { deploymentRoleArn } from '../core/config/targets.ts';
import { formatIamArn } from '../core/parsing/partition.ts';
import { accountRootArn, type Installation } from './installation.ts';
import { functionFiles, functionPolicy } from './policies-functions.ts';
import { type PolicyCondition, type PolicyDocument, policyDocument, type Statement } from './policy.ts';

/**
 * The trust policy of a deployment role: only Gantry's own roles can assume it, with the external id if one is configured. With `builtInAction`, the roles
 * of the pipelines that deploy to the target can also assume it, without an external id, because CodePipeline sends none.
 */
export function deploymentTrust(installation: Installation, target: TargetConfig): PolicyDocument {
  const { externalId } = target;
  const pipelines = target.builtInAction ? listPipelineRoles(installation, target) : [];
  return policyDocument(
    assumeStatement(installation, 'BuildAccount', {
      ...onlyPrincipals(listRolesThatDeploy(installation, target)),
      ...(externalId !== undefined && { StringEquals: { 'sts:ExternalId': externalId } }),
    }),
    ...(pipelines.length === 0 ? [] : [assumeStatement(installation, 'BuiltInAction', onlyPrincipals(pipelines))]),
  );
}

/** The trust policy of a viewer role: the configured viewers, of any account, can assume it. The root of an account stands for everyone in the account. */
export const viewerTrust = (target: TargetConfig): PolicyDocument =>
  policyDocument({
    Sid: 'Viewers',
    Effect: 'Allow',
    Principal: { AWS: [...new Set(target.viewers.map((arn) => formatIamArn(placeOf(target, arn), 'root')))] },
    Action: ['sts:AssumeRole'],
    Condition: { ArnLike: { 'aws:PrincipalArn': target.viewers.map((arn) => arn.replace(/:root$/, ':*')) } },
  });

/** For a role's session, `aws:PrincipalArn` is the ARN of the role (IAM User Guide, "AWS global condition context keys"). */
const onlyPrincipals = (roles: string[]): PolicyCondition => ({ ArnEquals: { 'aws:PrincipalArn': roles } });

/**
 * The principal is the account's root, and a condition names the roles. IAM would replace a role as principal by its unique id, and the policy would no
 * longer apply after the role is created again (IAM User Guide, "AWS JSON policy elements: Principal").
 */
const assumeStatement = (installation: Installation, Sid: string, Condition: PolicyCondition): Statement => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS: [accountRootArn(installation)] },
  Action: ['sts:AssumeRole'],
  Condition,
});

/** The roles of the functions that change a target or read it for a release, or that answer its pause hooks. */
function listRolesThatDeploy(installation: Installation, target: TargetConfig): string[] {
  const role = deploymentRoleArn(target, installation.stage);
  return functionFiles
    .filter((file) =>
      functionPolicy(installation, file).Statement.some(
        ({ Action, Resource = [] }) => Action.includes('sts:AssumeRole') && Resource.includes(role),
      ),
    )
    .map((file) => installation.role(installation.names.function(file)));
}

const listPipelineRoles = ({ createdPipelines, config }: Installation, target: TargetConfig): string[] =>
  createdPipelines
    .filter((pipeline) => listDeployStages(config, pipeline.config).some((stage) => stage.target.name === target.name))
    .map(({ role }) => role);

const placeOf = ({ region }: TargetConfig, arn: string) => ({ account: arn.split(':')[4] ?? '', region });
