import type { Caller, PolicyDocument } from '../policy-evaluator/caller.ts';
import { partitionOfArn } from './partition.ts';

export interface IamRole {
  arn: string;
  trust: PolicyDocument;
  policies: Record<string, PolicyDocument>;
}

export interface IamUser {
  arn: string;
  policies: Record<string, PolicyDocument>;
}

export interface IssuedCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  /** Milliseconds since 1970, simulated. */
  expiration?: number;
}

export interface CallerCredentials {
  caller: Caller;
  credentials: IssuedCredentials;
}

/** The principals of all accounts and their credentials. */
export interface Iam {
  roles: Map<string, IamRole>;
  users: Map<string, IamUser>;
  /** Issues new credentials for a caller, valid for this many seconds (by default they do not expire). */
  issueCredentials(caller: Caller, seconds?: number): IssuedCredentials;
  /** Finds the credentials with this access key id and their caller, expired or not; undefined if the key or its token is unknown. */
  findCredentials(accessKeyId: string, sessionToken?: string): CallerCredentials | undefined;
  /** Creates a session of a role for a service that acts as the role; no trust policy is checked. */
  session(roleArn: string, sessionName: string): Caller;
}

/** Creates an empty set of principals. `now` determines expiry, `hex` generates the keys. */
export function createIam(now: () => number, hex: (digits: number) => string): Iam {
  const roles = new Map<string, IamRole>();
  const users = new Map<string, IamUser>();
  const issued = new Map<string, CallerCredentials>();
  return {
    roles,
    users,
    issueCredentials(caller, seconds) {
      // Access key ids of long-term credentials begin with AKIA, those of a session with ASIA
      // (docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
      const credentials: IssuedCredentials = {
        accessKeyId: `${seconds === undefined ? 'AKIA' : 'ASIA'}${hex(16).toUpperCase()}`,
        secretAccessKey: hex(40),
        ...(seconds === undefined ? {} : { sessionToken: hex(64), expiration: now() + seconds * 1000 }),
      };
      issued.set(credentials.accessKeyId, { caller, credentials });
      return credentials;
    },
    findCredentials(accessKeyId, sessionToken) {
      const found = issued.get(accessKeyId);
      return found?.credentials.sessionToken === sessionToken ? found : undefined;
    },
    session(roleArn, sessionName) {
      const [, , , , account = '', name = ''] = roleArn.split(':');
      const role = name.split('/').at(-1);
      return {
        account,
        arn: `arn:${partitionOfArn(roleArn)}:sts::${account}:assumed-role/${role}/${sessionName}`,
        roleArn,
      };
    },
  };
}
