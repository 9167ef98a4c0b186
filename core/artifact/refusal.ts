import { Failure } from '../errors/failure.ts';
import { goneFailure, isGone, type RefusedRead, uriOf } from './later-refusal.ts';

/** What S3 tells of an artifact; HeadObject does so without any right to the key. */
export interface ArtifactHead {
  bytes: number;
  versionId?: string | undefined;
  /** `aws:kms`, `AES256`, … */
  algorithm?: string | undefined;
  /** The ARN of the key that the object is encrypted with. */
  keyArn?: string | undefined;
}

/** What DescribeKey tells of a key; `unknown` where we may not ask. */
export type KeyFacts = { manager: string; state: string } | 'unknown';

/** All that is known when the artifact could not be read. */
export interface RefusedArtifact extends RefusedRead {
  /** What was refused; `HeadObject`: that too. */
  step: 'HeadObject' | 'GetObject';
  head?: ArtifactHead | undefined;
  key?: KeyFacts | undefined;
  /** The key that the pipeline declares (`encryptionKey` of the job). */
  declared?: string | undefined;
}

const stateOf = ({ key }: RefusedArtifact): string => (key === undefined || key === 'unknown' ? 'unknown' : key.state);
const keyOf = ({ head }: RefusedArtifact): string => head?.keyArn ?? 'its key';

/** S3 passes on what KMS said; its own refusals never speak of a key (the texts: docs.aws.amazon.com/kms/latest/developerguide, "policy evaluation"). */
const isAboutKey = ({ error }: RefusedArtifact): boolean =>
  /kms:|KMS\.|ciphertext/i.test(`${error.name} ${error.message}`);
/** Beyond the border of an Organization S3 says no more than this. */
const isOpaque = ({ error }: RefusedArtifact): boolean => /^Access Denied\.?$/i.test(error.message);
const isAwsManaged = (facts: RefusedArtifact): boolean =>
  typeof facts.key === 'object' && facts.key.manager === 'AWS' && (isAboutKey(facts) || isOpaque(facts));
const says = ({ error }: RefusedArtifact, text: RegExp): boolean => text.test(error.message);

interface Link {
  broken: (facts: RefusedArtifact) => boolean;
  failure: (facts: RefusedArtifact) => Failure;
}

const permission = (sentence: string): Failure => new Failure('PermissionError', sentence);

const aliasHint = ({ declared }: RefusedArtifact): string =>
  declared?.includes(':alias/') || declared?.startsWith('alias/')
    ? ` The pipeline names its key by the alias ${declared}; an alias is known in the key's own account only, so put the key's ARN there.`
    : '';

/** The links of the chain from us to the plain bytes, in the order in which they can be told apart. */
const links: Link[] = [
  { broken: isGone, failure: goneFailure },
  {
    broken: (facts) => facts.step === 'HeadObject',
    failure: ({ location, error }) =>
      permission(
        `S3 refused even the head of ${uriOf(location)} (${error.name}: ${error.message}). Allow s3:GetObject and s3:GetObjectVersion on it in the role of Read Images, and look for a Deny in the bucket's policy. (Without s3:ListBucket an artifact that is gone is refused like this too.)`,
      ),
  },
  {
    broken: (facts) => stateOf(facts) === 'Disabled' || says(facts, /is disabled/),
    failure: (facts) =>
      permission(
        `The artifact cannot be decrypted: the key ${keyOf(facts)} is disabled. Enable it (aws kms enable-key).`,
      ),
  },
  {
    broken: (facts) => stateOf(facts) === 'PendingDeletion' || says(facts, /pending deletion/),
    failure: (facts) =>
      permission(
        `The artifact cannot be decrypted: the key ${keyOf(facts)} is going to be deleted. Cancel that (aws kms cancel-key-deletion) and enable it.`,
      ),
  },
  {
    broken: (facts) => isAwsManaged(facts) && facts.declared === undefined,
    failure: () =>
      permission(
        'The artifact is encrypted with the AWS managed key aws/s3, because the pipeline declares no encryptionKey; no other account can ever read it. Set encryptionKey in the artifactStore of the pipeline to the ARN of a customer managed key.',
      ),
  },
  {
    broken: isAwsManaged,
    failure: ({ declared }) =>
      permission(
        `The artifact is encrypted with the AWS managed key aws/s3, although the pipeline declares ${declared}; no other account can ever read it. Set encryptionKey of the CodeBuild project (or whatever made the artifact) to that key.`,
      ),
  },
  {
    broken: (facts) =>
      isAboutKey(facts) && says(facts, /explicit(ly)? den/) && !says(facts, /does not exist in this Region/),
    failure: (facts) =>
      permission(
        `A Deny stands between us and the key ${keyOf(facts)}: ${facts.error.message}. Remove it for kms:Decrypt.`,
      ),
  },
  {
    broken: (facts) => isAboutKey(facts) && says(facts, /no identity-based policy/),
    failure: (facts) =>
      permission(
        `The role of Read Images may not decrypt with ${keyOf(facts)}. Allow it kms:Decrypt on that key's ARN (an alias does not count).${aliasHint(facts)}`,
      ),
  },
  {
    broken: isAboutKey,
    failure: (facts) =>
      permission(
        `The policy of the key ${keyOf(facts)} does not let the role of Read Images decrypt. Allow it kms:Decrypt there, and in the role's own policy too: AWS gives this text also where only that one is missing.${aliasHint(facts)}`,
      ),
  },
  {
    broken: (facts) => says(facts, /no identity-based policy/),
    failure: ({ location }) =>
      permission(
        `The role of Read Images may not read ${uriOf(location)}. Allow it s3:GetObject and s3:GetObjectVersion there.`,
      ),
  },
];

const lastLink: Pick<Link, 'failure'> = {
  failure: ({ location, error }) =>
    permission(
      `S3 refused ${uriOf(location)} (${error.name}: ${error.message}). Look for a Deny in the policy of the bucket ${location.bucket}, and allow s3:GetObject and s3:GetObjectVersion there and in the role of Read Images.`,
    ),
};

/** Says in one sentence which link of the chain broke, and how to mend it. */
export const artifactRefusal = (facts: RefusedArtifact): Failure =>
  (links.find(({ broken }) => broken(facts)) ?? lastLink).failure(facts);
