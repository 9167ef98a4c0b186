import { type Judgement, judge } from '../../local/judge.ts';
import type { Facts, Policy } from './facts.ts';
import { type Check, type Finding, ok, skip } from './finding.ts';
import { anything, type Holder, holdersOf } from './holders.ts';
import type { Ask, Single } from './iam-request.ts';
import { refusedBy } from './remedy.ts';

export interface Permission {
  link: Check['link'];
  about: string;
  /** `the build role` … `push the image`. */
  who: string;
  what: string;
  asks: Ask[];
}

/** A check that policies let somebody do something: OK only if every action on every resource is allowed. */
export const permission = ({ link, about, who, what, asks }: Permission): Check => ({
  link,
  about,
  title: `${who} may ${what}`,
  run: (facts) => decide(facts, { who, what, singles: singlesOf(facts, asks) }),
});

const singlesOf = (facts: Facts, asks: Ask[]): Single[] =>
  asks.flatMap((ask) =>
    ask.on.flatMap((resource) =>
      ask.actions.map((action) => ({
        ...ask,
        action,
        resource,
        holders: holdersOf(facts, ask.by, { action, resource }),
      })),
    ),
  );

async function decide(
  facts: Facts,
  { who, what, singles }: { who: string; what: string; singles: Single[] },
): Promise<Finding> {
  const holders = singles.flatMap((single) => single.holders);
  const absent = holders.find(({ state }) => state === 'missing');
  if (absent !== undefined) return skip(`${who} may ${what}`, absent.why);
  if (holders.length > 0 && holders.every(({ state }) => state === 'unread'))
    return skip(`${who} may ${what}`, holders[0]?.why ?? '');
  const judged = await Promise.all(singles.map(async (single) => ({ single, judgement: await ask(facts, single) })));
  const refused = judged.flatMap(({ single, judgement }) => ('denied' in judgement ? [{ single, judgement }] : []));
  const [first] = refused;
  if (first === undefined) return ok(`${who} may ${what}${reservation(holders)}`);
  const actions = [...new Set(refused.map(({ single }) => single.action))].join(', ');
  return { state: 'NG', says: `${who} may not ${what} (${actions})`, ...(await refusedBy(facts, first, asDeclared)) };
}

/** Where a policy could not be read, the answer holds only as far as it is what is declared, or what its owner says. */
function reservation(holders: Holder[]): string {
  const unread = holders.filter(({ state }) => state === 'unread');
  const ours = namesOf(unread.filter(({ declared }) => declared !== anything));
  const theirs = namesOf(unread.filter(({ declared }) => declared === anything));
  const conditions = [ours && `taking ${ours} as declared`, theirs && `provided that ${theirs} allow it`];
  return conditions
    .filter((text) => text !== '')
    .map((text) => `, ${text}`)
    .join('');
}

function namesOf(holders: Holder[]): string {
  const names = [...new Set(holders.map(({ name }) => name))];
  return names.length > 2 ? `the policies of ${names.length} roles` : names.join(' and ');
}

const ask = (facts: Facts, single: Single): Promise<Judgement> => judged(facts, single, (holder) => holder.policies);

/** The same question under the policies as they are declared: which statement should have allowed it. */
const asDeclared = (facts: Facts, single: Single): Promise<Judgement> =>
  judged(facts, single, (holder) => holder.declared);

function judged(
  facts: Facts,
  { by, action, resource, region, context, session, holders }: Single,
  pick: (holder: Holder) => Record<string, Policy>,
): Promise<Judgement> {
  const identity = holders.find(({ kind }) => kind === 'identity-based');
  const about = holders.find(({ kind }) => kind === 'resource-based');
  const [policy] = about === undefined ? [] : Object.values(pick(about));
  return judge(
    {
      caller: { ...callerOf(by), ...(session && { sessionPolicy: session }) },
      region,
      at: facts.at,
      action,
      resource,
      circumstances: {
        ...(context && { context }),
        ...(policy && { policy: action.startsWith('ecr:') ? aboutItself(policy, resource) : policy }),
        ...(resource.startsWith('arn:aws:s3:::') && { owner: facts.system.account }),
      },
    },
    identity === undefined ? {} : pick(identity),
  );
}

/** A repository's policy names no resource: it is about its repository. The evaluator wants one. */
const aboutItself = ({ Version, Statement }: Policy, arn: string): Policy => ({
  Version,
  Statement: Statement.map((statement) => ({ Resource: arn, ...statement })),
});

function callerOf(by: Ask['by']) {
  if (typeof by !== 'string') return { account: by.account, arn: by.service };
  const [, , , , account = ''] = by.split(':');
  return { account, roleArn: by, arn: `arn:aws:sts::${account}:assumed-role/${by.split('/').at(-1)}/doctor` };
}
