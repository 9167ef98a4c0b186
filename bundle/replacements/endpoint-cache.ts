/*
 * Instead of @aws-sdk/endpoint-cache: DynamoDB's client creates a cache for discovered endpoints, and only commands with endpoint discovery use this cache.
 * Gantry uses no such command.
 */

export class EndpointCache {}
