import type { Cloud } from '../cloud.ts';
import type { Place } from '../partition.ts';
import type { CreatedResource } from './resolve-values.ts';

/** The context in which a resource is created: the cloud, the account and Region of the stack, and a function that calls AWS as the person who deploys. */
export interface StackContext {
  cloud: Cloud;
  place: Place;
  call(service: string, operation: string, input: unknown): Promise<unknown>;
}

/** A type of resources. `update` is absent if the embedded AWS does not cover a change of it. */
export interface ResourceType {
  create(properties: unknown, context: StackContext): Promise<CreatedResource>;
  update?(properties: unknown, context: StackContext): Promise<CreatedResource>;
}

/** A resource that only has a name. */
export const named = (ref: string, attributes: Record<string, string> = {}): CreatedResource => ({ ref, attributes });
