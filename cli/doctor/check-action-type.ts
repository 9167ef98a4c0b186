import type { SystemDeclaration } from '../../infra/system.ts';
import type { Check } from './check-result.ts';
import { actionTypeName, type DoctorFacts } from './facts.ts';
import { createResourceCheck } from './resource-check.ts';

/** Whether the custom action is registered, and by this installation. */
export const checkActionType = (system: SystemDeclaration): Check => {
  const name = actionTypeName(system);
  return createResourceCheck({
    link: 'workflow',
    about: 'build account',
    title: `the action type ${name} is registered`,
    onlyLive: true,
    read: (facts) => facts.actionTypes,
    wrong: (found, { functions }) =>
      found.includes(name)
        ? findOtherOwner(system, functions)
        : {
            says: `the action type ${name} is not registered in ${system.region}`,
            policy: `custom action type ${name}`,
            statement: 'none',
            fix: `deploy the build account again: it registers the type (CreateCustomActionType)`,
          },
  });
};

/** A provider is unique in an account and Region. If the action type exists without this installation's functions, another installation created it. */
const findOtherOwner = (system: SystemDeclaration, functions: DoctorFacts['functions']) =>
  !('found' in functions) || functions.found.size > 0
    ? undefined
    : {
        says: `the action type ${actionTypeName(system)} exists, but none of the functions of ${system.names.prefix}: another installation uses the provider ${system.actionType.provider}, or this one was removed`,
        policy: 'gantry.config.ts',
        statement: 'provider',
        fix: 'set provider to another name, or use the other installation; if none exists, delete the action type (codepipeline:DeleteCustomActionType)',
      };
