import { formatEcrHost } from '../parsing/partition.ts';

/** An ECR registry, as derived from its host name. */
export interface EcrRegistry {
  account: string;
  region: string;
}

/**
 * Every form of a private registry's host: `dkr.ecr` (IPv4) and `dkr-ecr` (dual stack), each also for FIPS, with the DNS suffixes of the partitions
 * (ECR user guide, "Private registry" and "Making requests over IPv6"; the list of hosts in awslabs/amazon-eks-ami, nodeadm `ecrProvider`; botocore partitions.json).
 */
const hostForms = [
  String.raw`dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)`,
  String.raw`dkr-ecr(?:-fips)?\.[a-z0-9-]+\.on\.(?:aws|amazonwebservices\.com\.cn|amazonwebservices\.eu)`,
];

/** The source of a regular expression that matches such a host. */
export const ecrHostPatternSource = String.raw`\d{12}\.(?:${hostForms.join('|')})`;

const ecrHostPattern = new RegExp(`^${ecrHostPatternSource}$`);

/** Returns the registry of a host (which can be in upper case, as DNS allows); undefined if it is not a host of ECR. */
export function tryParseEcrHost(host: string): EcrRegistry | undefined {
  const name = host.toLowerCase();
  if (!ecrHostPattern.test(name)) return undefined;
  const [account = '', ...labels] = name.split('.');
  const region = labels[labels[0] === 'dkr' ? 2 : 1] ?? '';
  return { account, region };
}

/** Returns the same canonical host for all forms of a registry's host, so that hosts can be compared. Returns any other host unchanged. */
export function normalizeRegistryHost(host: string): string {
  const registry = tryParseEcrHost(host);
  return registry === undefined ? host : formatEcrHost(registry);
}
