import {
  type CallOutcome,
  type Findings,
  judgeOutcome,
  type ProbeFinding,
  toAnswered,
  toNotObserved,
  toUnlisted,
} from './finding.ts';

/** What one job of the probe's pipeline showed, in the order of the calls. */
export interface SeenJob {
  /** The time from the first read that found the action started to the poll that offered its job. */
  delaySeconds: number;
  unacknowledgedDetails: CallOutcome;
  artifactRead: CallOutcome;
  isStoreEncrypted: boolean;
  /** How long later polls did not offer the job. Undefined if no poll within two minutes offered it again. */
  hiddenSeconds: number | undefined;
  isNonceRenewed: boolean;
  secondAcknowledgement: CallOutcome;
  secondResult: CallOutcome;
  endedDetails: CallOutcome;
}

/** Limits between the answers, halfway between the times that they name. Seconds. */
const judgeDelay = (seconds: number): ProbeFinding => {
  if (seconds < 5) return toAnswered('none', { seconds });
  if (seconds < 50) return toAnswered('10-seconds', { seconds });
  return seconds < 180 ? toAnswered('90-seconds', { seconds }) : toUnlisted({ seconds });
};

/** The first later poll is after a second, the next ones every five seconds. */
const judgeRepeat = (seconds: number | undefined): ProbeFinding => {
  if (seconds === undefined) return toUnlisted({ offeredAgain: false });
  return seconds < 10 ? toAnswered('always', { seconds }) : toAnswered('after-a-minute', { seconds });
};

/** S3 passes on KMS's refusal as AccessDenied. Only the message of that error names KMS, the key's service. */
const judgeArtifactRead = (outcome: CallOutcome): ProbeFinding => {
  if ('value' in outcome) return toAnswered('decrypt');
  return outcome.error === 'AccessDenied' && /kms/i.test(outcome.message)
    ? toAnswered('denied', { error: outcome.error })
    : toUnlisted({ error: outcome.error });
};

const judgeKey = ({ artifactRead, isStoreEncrypted }: Partial<SeenJob>): ProbeFinding | undefined => {
  if (artifactRead === undefined) return undefined;
  return isStoreEncrypted
    ? judgeArtifactRead(artifactRead)
    : toNotObserved('AWS allowed no key for the artifact store');
};

const details = { JobNotFoundException: 'refused' };

const judgeDetails = (outcome: CallOutcome | undefined): ProbeFinding | undefined =>
  outcome && judgeOutcome(outcome, 'given', details);

const judgeNonce = (seen: Partial<SeenJob>): ProbeFinding | undefined => {
  if (seen.isNonceRenewed !== undefined) return toAnswered(seen.isNonceRenewed ? 'renewed' : 'kept');
  return 'hiddenSeconds' in seen ? toNotObserved('no poll offered the job again') : undefined;
};

/** Judges each assumption for which the job showed something. */
export function judgeJob(seen: Partial<SeenJob>): Findings {
  const { delaySeconds, secondAcknowledgement: acknowledgement, secondResult: result } = seen;
  const lateErrors = { InvalidJobStateException: 'invalid-state', JobNotFoundException: 'not-found' };
  const findings: Record<string, ProbeFinding | undefined> = {
    'poll-delay': delaySeconds === undefined ? undefined : judgeDelay(delaySeconds),
    'poll-repeat': 'hiddenSeconds' in seen ? judgeRepeat(seen.hiddenSeconds) : undefined,
    'poll-nonce': judgeNonce(seen),
    'credentials-key': judgeKey(seen),
    'details-unacknowledged': judgeDetails(seen.unacknowledgedDetails),
    'details-ended': judgeDetails(seen.endedDetails),
    'second-acknowledgement':
      acknowledgement && judgeOutcome(acknowledgement, 'accepted', { InvalidNonceException: 'refused' }),
    'late-result': result && judgeOutcome(result, 'accepted', lateErrors),
  };
  return Object.fromEntries(Object.entries(findings).filter(([, finding]) => finding !== undefined));
}
