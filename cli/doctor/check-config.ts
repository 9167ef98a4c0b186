import { type Config, deployable } from '../../core/config/check.ts';
import { Failure } from '../../core/errors/failure.ts';
import type { System } from '../../infra/system.ts';
import type { Facts } from './facts.ts';
import { type Check, type Finding, ng, ok } from './finding.ts';

/** Offline: could it be deployed. Live: are these the credentials of an account that it is about. */
export const configChecks = (config: Config, system: System): Check[] => [
  {
    link: 'config',
    about: 'gantry.config.ts',
    title: 'the configuration can be deployed',
    run: (facts) => (facts.live ? credentials(facts) : noPlaceholders(config, system)),
  },
];

function noPlaceholders(config: Config, { stage }: System): Finding {
  try {
    deployable(config);
    return ok(`the configuration can be deployed as stage ${stage}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return mistakesIn(error);
  }
}

/** A refused configuration as one finding: every mistake names its field and the fix. */
export function mistakesIn({ message, cause }: Failure): Finding {
  const [head = '', ...mistakes] = message.split('\n').map((line) => line.replace(/^ {2}- /, ''));
  const policy = 'gantry.config.ts';
  // What Node could not read has Node's error for its cause.
  const alone = cause === undefined ? 'change the name that it speaks of' : 'correct the file at this place';
  if (mistakes.length === 0) return ng(head, { policy, statement: 'none', fix: alone });
  const fields = mistakes.map((mistake) => mistake.split(' ')[0]);
  return ng(head.replace(/:$/, ''), { policy, statement: fields.join(', '), fix: mistakes.join(' ') });
}

/** Nobody answers at the endpoint, so that no account can be looked into. */
export const silenceIn = ({ message }: Failure): Finding =>
  ng(message, {
    policy: 'endpoint of the AWS SDK',
    statement: 'none',
    fix: 'start it, or set or unset AWS_ENDPOINT_URL; without --live no account is looked into',
  });

function credentials({ caller = { unread: 'nobody has looked' }, system, config }: Facts): Finding {
  if (!('found' in caller))
    return ng('there are no credentials to look with', {
      policy: 'credentials of the AWS SDK',
      statement: 'none',
      fix: `log in to account ${system.account} (AWS_PROFILE or AWS_ACCESS_KEY_ID). ${'unread' in caller ? caller.unread : caller.missing}`,
    });
  const { found } = caller;
  const targets = config.targets.filter(({ account }) => account === found).map(({ name }) => name);
  const names = [...(found === system.account ? ['the build account'] : []), ...targets];
  if (names.length > 0) return ok(`these credentials are of account ${found}: ${names.join(', ')}`);
  return ng(`these credentials are of account ${found}, which the configuration does not name`, {
    policy: 'credentials of the AWS SDK',
    statement: 'none',
    fix: `log in to the build account, ${system.account}`,
  });
}
