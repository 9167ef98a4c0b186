/*
 * Instead of @aws-sdk/endpoint-cache: DynamoDB's client creates a cache for discovered endpoints, and only commands with endpoint discovery
 * use it. None of ours has that.
 */

export class EndpointCache {}
