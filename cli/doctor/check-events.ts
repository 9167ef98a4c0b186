import { formatArn } from '../../core/parsing/partition.ts';
import type { SystemDeclaration } from '../../infra/system.ts';
import { isAccountAdmitted } from '../../policy-evaluator/bus-admission.ts';
import type { Check } from './check-result.ts';
import { createResourceCheck } from './resource-check.ts';

/** The events of the targets: whether the build account's bus admits each account that forwards events. */
export const eventChecks = (system: SystemDeclaration): Check[] =>
  system.bus.map((planned) => checkBusStatement(system, planned));

/** EventBridge may have lost the statement. PutPermission writes the whole policy, so of two parallel calls only the last one takes effect. */
const checkBusStatement = (
  { account: owner, region, rules }: SystemDeclaration,
  { account, statement }: SystemDeclaration['bus'][number],
): Check =>
  createResourceCheck({
    link: 'workflow',
    about: account === owner ? 'build account' : `account ${account}`,
    title: `the event bus admits the events of account ${account}`,
    read: (facts) => facts.bus,
    async wrong(policy, { at }) {
      const arn = formatArn('events', { account: owner, region }, 'event-bus/default');
      const senders = rules.filter((rule) => rule.target.arn === arn && rule.account === account);
      const admitted = await Promise.all(
        senders.map((rule) =>
          isAccountAdmitted({ arn, policy }, { account, at, rule: formatArn('events', rule, `rule/${rule.name}`) }),
        ),
      );
      if (admitted.every((one) => one)) return undefined;
      return {
        says: `the event bus does not admit the events of account ${account}: releases there wait for the next poll, and no event starts a rollback`,
        policy: `the policy of the event bus default of account ${owner}`,
        statement: statement.Sid,
        fix: `add the statement ${JSON.stringify(statement)} (PutPermission), or deploy the build account again`,
      };
    },
  });
