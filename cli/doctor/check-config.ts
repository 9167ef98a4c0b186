import { assertNoPlaceholders, type Config } from '../../core/config/check.ts';
import { Failure } from '../../core/errors/failure.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { type Check, type CheckOutcome, failedOutcome, okOutcome } from './check-result.ts';
import type { DoctorFacts } from './facts.ts';
import { listRepositoryPlaces } from './repository-places.ts';

/** Without --live: whether the configuration can be deployed. With --live: whether the credentials belong to an account of the configuration. */
export const configChecks = (config: Config, system: SystemDeclaration): Check[] => [
  {
    link: 'config',
    about: 'gantry.config.ts',
    title: 'the configuration can be deployed',
    run: (facts) => (facts.live ? checkCredentials(facts) : checkNoPlaceholders(config, system)),
  },
];

function checkNoPlaceholders(config: Config, { stage }: SystemDeclaration): CheckOutcome {
  try {
    assertNoPlaceholders(config);
    return okOutcome(`the configuration can be deployed as stage ${stage}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return configErrorOutcome(error);
  }
}

/** A refused configuration as one result, with the fields and the fix of every error. */
export function configErrorOutcome({ message, cause }: Failure): CheckOutcome {
  const [head = '', ...mistakes] = message.split('\n').map((line) => line.replace(/^ {2}- /, ''));
  const policy = 'gantry.config.ts';
  // If Node could not read the file, the cause is Node's error.
  const alone = cause === undefined ? 'change the name in this message' : 'correct the file at this place';
  if (mistakes.length === 0) return failedOutcome(head, { policy, statement: 'none', fix: alone });
  const fields = mistakes.map((mistake) => mistake.split(' ')[0]);
  return failedOutcome(head.replace(/:$/, ''), { policy, statement: fields.join(', '), fix: mistakes.join(' ') });
}

/** The endpoint does not answer, so no account can be read. */
export const unreachableOutcome = ({ message }: Failure): CheckOutcome =>
  failedOutcome(message, {
    policy: 'endpoint of the AWS SDK',
    statement: 'none',
    fix: 'start it, or set or unset AWS_ENDPOINT_URL; without --live, the doctor reads no account',
  });

function checkCredentials({
  caller = { unread: 'the caller was not read' },
  system,
  config,
}: DoctorFacts): CheckOutcome {
  if (!('found' in caller))
    return failedOutcome('there are no credentials', {
      policy: 'credentials of the AWS SDK',
      statement: 'none',
      fix: `log in to the build account, ${system.account}, or to a target account. ${'unread' in caller ? caller.unread : caller.missing}`,
    });
  const { found } = caller;
  const targets = config.targets.filter(({ account }) => account === found).map(({ name }) => name);
  const hasImages = listRepositoryPlaces(config).some(({ account }) => account === found && account !== system.account);
  const names = [
    ...(found === system.account ? ['the build account'] : []),
    ...targets,
    ...(hasImages ? ['registries'] : []),
  ];
  if (names.length > 0) return okOutcome(`these credentials are of account ${found}: ${names.join(', ')}`);
  return failedOutcome(`these credentials are of account ${found}, which the configuration does not name`, {
    policy: 'credentials of the AWS SDK',
    statement: 'none',
    fix: `log in to the build account, ${system.account}`,
  });
}
