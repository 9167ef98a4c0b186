import { Failure } from '../errors/failure.ts';
import {
  type ArtifactReadRefusal,
  createArtifactGoneFailure,
  formatArtifactUri,
  isArtifactGone,
} from './refused-reread.ts';

/** S3's data about an artifact. HeadObject returns these data without any permission on the key. */
export interface ArtifactHead {
  bytes: number;
  versionId?: string | undefined;
  /** When the object was written. ISO 8601, UTC. */
  modified?: string | undefined;
  /** `aws:kms`, `AES256`, … */
  algorithm?: string | undefined;
  /** The ARN of the key that the object is encrypted with. */
  keyArn?: string | undefined;
}

/** DescribeKey's data about a key; `unknown` if Gantry is not allowed to call DescribeKey. */
export type KmsKeyStatus = { manager: string; state: string } | 'unknown';

/** All known facts about an artifact that could not be read. */
export interface ArtifactReadRefusalFacts extends ArtifactReadRefusal {
  /** The call that was refused; `HeadObject` means that even the head was refused. */
  step: 'HeadObject' | 'GetObject';
  head?: ArtifactHead | undefined;
  key?: KmsKeyStatus | undefined;
  /** The key that the pipeline declares (`encryptionKey` of the job). */
  declared?: string | undefined;
}

const keyStateOf = ({ key }: ArtifactReadRefusalFacts): string =>
  key === undefined || key === 'unknown' ? 'unknown' : key.state;
const keyArnOf = ({ head }: ArtifactReadRefusalFacts): string => head?.keyArn ?? 'its key';

/** S3 passes on the message of KMS; S3's own refusals never mention a key (the texts: docs.aws.amazon.com/kms/latest/developerguide, "policy evaluation"). */
const isKmsRefusal = ({ error }: ArtifactReadRefusalFacts): boolean =>
  /kms:|KMS\.|ciphertext/i.test(`${error.name} ${error.message}`);
/** Whether S3's message is only "Access Denied". S3 sends this short message if the caller is outside the bucket owner's Organization. */
const isPlainAccessDenied = ({ error }: ArtifactReadRefusalFacts): boolean => /^Access Denied\.?$/i.test(error.message);
const isAwsManaged = (facts: ArtifactReadRefusalFacts): boolean =>
  typeof facts.key === 'object' && facts.key.manager === 'AWS' && (isKmsRefusal(facts) || isPlainAccessDenied(facts));
const messageMatches = ({ error }: ArtifactReadRefusalFacts, text: RegExp): boolean => text.test(error.message);

interface RefusalExplanation {
  broken: (facts: ArtifactReadRefusalFacts) => boolean;
  failure: (facts: ArtifactReadRefusalFacts) => Failure;
}

const createPermissionFailure = (sentence: string): Failure => new Failure('PermissionError', sentence);

const adviseOnAlias = ({ declared }: ArtifactReadRefusalFacts): string =>
  declared?.includes(':alias/') || declared?.startsWith('alias/')
    ? ` The pipeline names its key by the alias ${declared}; an alias is known in the key's own account only, so put the key's ARN there.`
    : '';

/** The permissions that are needed to read the object's plain bytes. The order matters: the first explanation that fits a refusal is used. */
const explanations: RefusalExplanation[] = [
  { broken: isArtifactGone, failure: createArtifactGoneFailure },
  {
    broken: (facts) => facts.step === 'HeadObject',
    failure: ({ location, error }) =>
      createPermissionFailure(
        `S3 refused even the head of ${formatArtifactUri(location)} (${error.name}: ${error.message}). Allow s3:GetObject and s3:GetObjectVersion on it in the role of Read Images, and look for a Deny in the bucket's policy. (Without s3:ListBucket an artifact that is gone is refused like this too.)`,
      ),
  },
  {
    broken: (facts) => keyStateOf(facts) === 'Disabled' || messageMatches(facts, /is disabled/),
    failure: (facts) =>
      createPermissionFailure(
        `The artifact cannot be decrypted: the key ${keyArnOf(facts)} is disabled. Enable it (aws kms enable-key).`,
      ),
  },
  {
    broken: (facts) => keyStateOf(facts) === 'PendingDeletion' || messageMatches(facts, /pending deletion/),
    failure: (facts) =>
      createPermissionFailure(
        `The artifact cannot be decrypted: the key ${keyArnOf(facts)} is going to be deleted. Cancel that (aws kms cancel-key-deletion) and enable it.`,
      ),
  },
  {
    broken: (facts) => isAwsManaged(facts) && facts.declared === undefined,
    failure: () =>
      createPermissionFailure(
        'The artifact is encrypted with the AWS managed key aws/s3, because the pipeline declares no encryptionKey; no other account can ever read it. Set encryptionKey in the artifactStore of the pipeline to the ARN of a customer managed key.',
      ),
  },
  {
    broken: isAwsManaged,
    failure: ({ declared }) =>
      createPermissionFailure(
        `The artifact is encrypted with the AWS managed key aws/s3, although the pipeline declares ${declared}; no other account can ever read it. Set encryptionKey of the CodeBuild project (or whatever made the artifact) to that key.`,
      ),
  },
  {
    broken: (facts) =>
      isKmsRefusal(facts) &&
      messageMatches(facts, /explicit(ly)? den/) &&
      !messageMatches(facts, /does not exist in this Region/),
    failure: (facts) =>
      createPermissionFailure(
        `A Deny statement denies the use of the key ${keyArnOf(facts)}: ${facts.error.message}. Remove it for kms:Decrypt.`,
      ),
  },
  {
    broken: (facts) => isKmsRefusal(facts) && messageMatches(facts, /no identity-based policy/),
    failure: (facts) =>
      createPermissionFailure(
        `The role of Read Images may not decrypt with ${keyArnOf(facts)}. Allow it kms:Decrypt on that key's ARN (an alias does not count).${adviseOnAlias(facts)}`,
      ),
  },
  {
    broken: isKmsRefusal,
    failure: (facts) =>
      createPermissionFailure(
        `The policy of the key ${keyArnOf(facts)} does not let the role of Read Images decrypt. Allow it kms:Decrypt there, and in the role's own policy too: AWS gives this text also where only that one is missing.${adviseOnAlias(facts)}`,
      ),
  },
  {
    broken: (facts) => messageMatches(facts, /no identity-based policy/),
    failure: ({ location }) =>
      createPermissionFailure(
        `The role of Read Images may not read ${formatArtifactUri(location)}. Allow it s3:GetObject and s3:GetObjectVersion there.`,
      ),
  },
];

const fallbackExplanation: Pick<RefusalExplanation, 'failure'> = {
  failure: ({ location, error }) =>
    createPermissionFailure(
      `S3 refused ${formatArtifactUri(location)} (${error.name}: ${error.message}). Look for a Deny in the policy of the bucket ${location.bucket}, and allow s3:GetObject and s3:GetObjectVersion there and in the role of Read Images.`,
    ),
};

/** Explains in one sentence which permission is missing, and how to grant it. */
export const explainRefusedRead = (facts: ArtifactReadRefusalFacts): Failure =>
  (explanations.find(({ broken }) => broken(facts)) ?? fallbackExplanation).failure(facts);
