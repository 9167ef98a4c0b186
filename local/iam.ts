import type { Caller, PolicyDocument } from '../policy-evaluator/caller.ts';

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

/** The principals of all accounts, and the keys that stand for them. */
export interface Iam {
  roles: Map<string, IamRole>;
  users: Map<string, IamUser>;
  /** New keys for a caller, for so many seconds (without: for good). */
  issueCredentials(caller: Caller, seconds?: number): IssuedCredentials;
  /** The keys of this identity and whom they stand for, expired or not; undefined when they, or their token, are unknown. */
  findCredentials(accessKeyId: string, sessionToken?: string): CallerCredentials | undefined;
  /** A session of a role, for services that act as it: no trust policy is asked. */
  session(roleArn: string, sessionName: string): Caller;
}

/** An empty set of principals. `now` tells expiry, `hex` makes the keys. */
export function createIam(now: () => number, hex: (digits: number) => string): Iam {
  const roles = new Map<string, IamRole>();
  const users = new Map<string, IamUser>();
  const issued = new Map<string, CallerCredentials>();
  return {
    roles,
    users,
    issueCredentials(caller, seconds) {
      // Long-term keys begin with AKIA, a session's with ASIA (docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
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
      return { account, arn: `arn:aws:sts::${account}:assumed-role/${role}/${sessionName}`, roleArn };
    },
  };
}
