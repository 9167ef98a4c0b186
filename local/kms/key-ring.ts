import type { PolicyDocument } from '../../policy-evaluator/caller.ts';
import { AwsError } from '../aws-error.ts';
import type { Call, Cloud } from '../cloud.ts';
import { iamArn, placeOf, regionalArn, viaServiceName } from '../partition.ts';

export interface KmsKey {
  arn: string;
  id: string;
  account: string;
  region: string;
  manager: 'CUSTOMER' | 'AWS';
  description: string;
  created: Date;
  state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  deletion?: Date;
  rotation: boolean;
  policy: PolicyDocument;
  material: Buffer;
}

type KeyLocation = Pick<Call, 'region'> & { account: string };

/** All keys and aliases of all accounts. */
export interface KeyRing {
  createKey(
    place: KeyLocation,
    facts: { manager: KmsKey['manager']; description: string; policy?: PolicyDocument },
  ): KmsKey;
  /** Finds a key by id or alias (in the caller's account and Region), key ARN or alias ARN; throws NotFoundException. */
  getKey(id: string, call: Call): KmsKey;
  findKeyByArn(arn: string): KmsKey | undefined;
  /** Adds an alias to a key; throws AlreadyExistsException. */
  addAlias(arn: string, key: KmsKey): void;
  removeAlias(arn: string): void;
}

const defaultKeyPolicy = (place: KeyLocation): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: iamArn(place, 'root') },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
});

/**
 * The policy of the AWS managed key `aws/s3`: only its own account can use it, only through S3, and the policy cannot be
 * changed (docs.aws.amazon.com/kms/latest/developerguide/key-policies.html).
 */
const s3ManagedKeyPolicy = (cloud: Cloud, place: KeyLocation): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'Allow access through S3 for all principals in the account that are authorized to use S3',
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      Resource: '*',
      Condition: {
        StringEquals: {
          'kms:CallerAccount': place.account,
          'kms:ViaService': viaServiceName(cloud, 's3', place.region),
        },
      },
    },
    {
      Sid: 'Allow direct access to key metadata to the account',
      Effect: 'Allow',
      Principal: { AWS: iamArn(place, 'root') },
      Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
      Resource: '*',
    },
  ],
});

/** Creates an empty key ring; the managed key `aws/s3` of an account and Region is created on first use. */
export function createKeyRing(cloud: Cloud): KeyRing {
  const keys = new Map<string, KmsKey>();
  const aliases = new Map<string, KmsKey>();

  const make: KeyRing['createKey'] = (place, { manager, description, policy = defaultKeyPolicy(place) }) => {
    const id = cloud.uuid();
    const arn = regionalArn('kms', place, `key/${id}`);
    const made = { created: new Date(cloud.clock.now()), state: 'Enabled' as const, rotation: manager === 'AWS' };
    const material = Buffer.from(cloud.hex(64), 'hex');
    const key: KmsKey = { arn, id, ...place, manager, description, policy, material, ...made };
    keys.set(arn, key);
    return key;
  };

  const named = (arn: string): KmsKey | undefined => {
    const [, , , region = '', account = '', name] = arn.split(':');
    const found = aliases.get(arn);
    if (found !== undefined || name !== 'alias/aws/s3') return found;
    const description = 'Default key that protects my S3 objects when no other key is defined';
    const place = { region, account };
    const key = make(place, { manager: 'AWS', description, policy: s3ManagedKeyPolicy(cloud, place) });
    aliases.set(arn, key);
    return key;
  };

  return {
    createKey: make,
    findKeyByArn: (arn) => keys.get(arn),
    getKey(id, { caller, region }) {
      const own = regionalArn('kms', placeOf({ caller, region }), id.startsWith('alias/') ? id : `key/${id}`);
      const arn = id.startsWith('arn:') ? id : own;
      const isAlias = arn.includes(':alias/');
      const key = isAlias ? named(arn) : keys.get(arn);
      if (key?.region === region) return key;
      throw new AwsError('NotFoundException', isAlias ? `Alias ${arn} is not found.` : `Key '${arn}' does not exist`);
    },
    addAlias(arn, key) {
      if (aliases.has(arn))
        throw new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
      aliases.set(arn, key);
    },
    removeAlias(arn) {
      aliases.delete(arn);
    },
  };
}
