import { createHash } from 'node:crypto';

/** The number of hexadecimal digits that distinguish names which are equal after truncation. */
const digestLength = 8;

const digest = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, digestLength);

/** Returns the name if it has at most `max` characters. Otherwise returns its beginning and a digest of the whole name. */
export const fitName = (name: string, max: number): string =>
  name.length <= max ? name : `${name.slice(0, max - digestLength - 1)}-${digest([name])}`;

/**
 * elasticloadbalancing CreateLoadBalancer and CreateTargetGroup, `Name`: 32 letters, digits and hyphens, no hyphen at either end, and not
 * `internal-` at the beginning.
 */
const maxBalancerName = 32;

/**
 * The name of a load balancer or a target group, always with a digest of `parts`. The digest distinguishes names that are equal after truncation. The digest
 * changes with every part, so that a replacement never has the name of the resource that it replaces.
 */
export const balancingName = (readable: string, parts: readonly unknown[]): string => {
  const start = readable
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^internal-/, 'int-')
    .slice(0, maxBalancerName - digestLength - 1);
  return `${start.replace(/-+$/, '')}-${digest(parts)}`;
};
