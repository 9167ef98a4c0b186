import actions from './deployer-actions.json' with { type: 'json' };

/** The actions that CloudFormation calls for one type of resources, with the permissions of the person who deploys. */
export interface TypeActions {
  /** On the resource. */
  own: string[];
  /** These actions do not support resource-level permissions, so IAM allows them only on `*`. */
  any?: string[];
  /** The service that gets the roles in these properties. */
  passes?: { to: string; properties: string[] };
}

/**
 * The actions that the handlers of each type name in AWS's resource schemas (`handlers.*.permissions`, as published in pulumi/pulumi-aws-native,
 * aws-cloudformation-schema), without the actions for properties that Gantry does not set: VPCs, file systems, KMS keys of functions and log groups, data
 * protection. Types without handlers in the schemas (CodeBuild projects, rules, statements of a bus, subscriptions) have the actions of their API.
 */
export const deployerActions: ReadonlyMap<string, TypeActions> = new Map<string, TypeActions>(Object.entries(actions));
