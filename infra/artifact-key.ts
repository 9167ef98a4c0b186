import { key, plan, policyJson } from './plan.ts';
import { allRoles } from './roles.ts';

if (key !== undefined && plan.key !== undefined) {
  new aws.kms.Alias('ArtifactKeyAlias', { name: plan.key.alias, targetKeyId: key.keyId });

  new aws.kms.KeyPolicy(
    'ArtifactKeyPolicy',
    { keyId: key.keyId, policy: policyJson((system) => system.key?.policy) },
    { dependsOn: allRoles },
  );
}
