import config from './config.ts';
import type { PolicyDocument } from './policy.ts';
import { declareSystem, type SystemDeclaration } from './system.ts';

const stage = $app.stage;

/** The declaration of all resources. The key's ARN is not known yet, so policies that contain the ARN come from `policyJson`. */
export const plan: SystemDeclaration = declareSystem(config, { stage, keyArn: 'not-known-yet' });

export type ArtifactKey = InstanceType<typeof aws.kms.Key>;

/**
 * The artifact key, if Gantry creates a pipeline. It is created first, with KMS's default policy, because its final policy names roles and the policies of
 * these roles name the key.
 */
export const key: ArtifactKey | undefined =
  plan.key === undefined
    ? undefined
    : new aws.kms.Key(
        'ArtifactKey',
        {
          description: plan.key.description,
          enableKeyRotation: plan.key.enableKeyRotation,
          deletionWindowInDays: 30,
        },
        { retainOnDelete: true },
      );

const systemWithKey = key?.arn.apply((keyArn) => declareSystem(config, { stage, keyArn }));

/** Returns a policy document that may need the key's ARN, as JSON. */
export const policyJson = (pick: (system: SystemDeclaration) => PolicyDocument | undefined) =>
  systemWithKey === undefined
    ? JSON.stringify(pick(plan))
    : systemWithKey.apply((known) => JSON.stringify(pick(known)));
