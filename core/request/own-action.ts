/** The fields of an action's declaration, or of its job, that say whose action it is (CodePipeline API, ActionTypeId and ActionConfiguration). */
export interface ActionOwnerFields {
  actionTypeId?:
    | { category?: string | undefined; owner?: string | undefined; provider?: string | undefined }
    | undefined;
  configuration?: Record<string, string> | undefined;
}

/** How the actions of this installation are recognized: by the provider of its action type, or by the name of its function. */
export interface OwnActionIdentifiers {
  provider: string;
  takeJob: string;
}

/** Whether an action uses the custom action of this installation: CodePipeline gives its jobs a nonce. */
export const isOwnCustomAction = ({ actionTypeId }: ActionOwnerFields, { provider }: OwnActionIdentifiers): boolean =>
  actionTypeId?.owner === 'Custom' && actionTypeId.category === 'Deploy' && actionTypeId.provider === provider;

/** Whether an action invokes the function of this installation. The name of a function can have an alias or a version (Lambda API, Invoke `FunctionName`), and can be an ARN. */
export const isOwnInvokeAction = (
  { actionTypeId, configuration }: ActionOwnerFields,
  { takeJob }: OwnActionIdentifiers,
): boolean =>
  actionTypeId?.owner === 'AWS' &&
  actionTypeId.provider === 'Lambda' &&
  (configuration?.FunctionName ?? '').replace(/^.*:function:/, '').split(':')[0] === takeJob;
