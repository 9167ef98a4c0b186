/** Returns the name of a cluster or service that is given by name or by ARN. */
export const parseResourceName = (nameOrArn: string): string => nameOrArn.split('/').at(-1) ?? nameOrArn;

/** `web:12` from a revision's ARN. */
export const parseRevisionName = (taskDefinition: string): string => taskDefinition.split('/').at(-1) ?? taskDefinition;
