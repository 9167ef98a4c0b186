import { z } from 'zod';
import { callAws, type ProbeContext, settleCall } from './context.ts';
import { undefinedIfMissing } from './missing.ts';

/** Larger accounts are read in part. The numbers keep a run below a minute. */
const maxServices = 100;
const maxPages = 10;

const deploymentSchema = z.object({
  id: z.string(),
  status: z.string(),
  rolloutState: z.string().optional(),
  createdAt: z.date(),
});

const serviceSchema = z.object({
  serviceArn: z.string(),
  serviceName: z.string(),
  clusterArn: z.string(),
  taskDefinition: z.string().optional(),
  runningCount: z.number(),
  deploymentController: z.object({ type: z.string() }).default({ type: 'ECS' }),
  deploymentConfiguration: z.object({ strategy: z.string().optional() }).optional(),
  loadBalancers: z.array(z.object({ loadBalancerName: z.string().optional() })).default([]),
  deployments: z.array(deploymentSchema).default([]),
  events: z.array(z.object({ createdAt: z.date(), message: z.string() })).default([]),
});

const historySchema = z.object({
  serviceDeploymentArn: z.string(),
  status: z.string(),
  createdAt: z.date(),
  targetServiceRevisionArn: z.string().optional(),
  rollback: z.object({ serviceRevisionArn: z.string().optional() }).optional(),
});

export type SeenService = z.infer<typeof serviceSchema> & {
  /** ListServiceDeployments, in AWS's order. */
  history: z.infer<typeof historySchema>[];
};

const clustersSchema = z.object({ clusterArns: z.array(z.string()).default([]), nextToken: z.string().optional() });
const namesSchema = z.object({ serviceArns: z.array(z.string()).default([]), nextToken: z.string().optional() });
const describedSchema = z.object({ services: z.array(serviceSchema).default([]) });
const listedSchema = z.object({ serviceDeployments: z.array(historySchema).default([]) });

/** Reads up to ten pages of a list. */
async function readPages<Page extends { nextToken?: string | undefined }>(
  read: (paging: { nextToken?: string }) => Promise<Page>,
): Promise<Page[]> {
  const pages: Page[] = [];
  let paging: { nextToken?: string } = {};
  do {
    const page = await read(paging);
    pages.push(page);
    if (page.nextToken === undefined) break;
    paging = { nextToken: page.nextToken };
  } while (pages.length < maxPages);
  return pages;
}

async function describeServices(context: ProbeContext, cluster: string) {
  const pages = await readPages(async (paging) =>
    namesSchema.parse(
      (await undefinedIfMissing(callAws(context, 'ecs', 'ListServices', { cluster, maxResults: 10, ...paging }))) ?? {},
    ),
  );
  const described = [];
  // DescribeServices takes ten services, which is the size of a page.
  for (const { serviceArns: services } of pages.filter((page) => page.serviceArns.length > 0))
    described.push(
      ...describedSchema.parse(await callAws(context, 'ecs', 'DescribeServices', { cluster, services })).services,
    );
  return described;
}

/** ECS refuses the history of services with some deployment controllers: such a service has no history here. */
const emptyIfRefused = async (going: Promise<unknown>): Promise<z.infer<typeof historySchema>[]> => {
  const outcome = await settleCall(going);
  return 'value' in outcome ? listedSchema.parse(outcome.value).serviceDeployments : [];
};

async function readHistory(context: ProbeContext, { clusterArn, serviceArn }: z.infer<typeof serviceSchema>) {
  const asked = { cluster: clusterArn, service: serviceArn };
  const listed = await emptyIfRefused(callAws(context, 'ecs', 'ListServiceDeployments', asked));
  const rolledBack = listed
    .filter(({ status }) => status.startsWith('ROLLBACK_'))
    .map((one) => one.serviceDeploymentArn);
  if (rolledBack.length === 0) return listed;
  const serviceDeploymentArns = rolledBack.slice(0, 20);
  const described = listedSchema.parse(
    await callAws(context, 'ecs', 'DescribeServiceDeployments', { serviceDeploymentArns }),
  );
  const details = new Map(described.serviceDeployments.map((one) => [one.serviceDeploymentArn, one]));
  return listed.map((one) => ({ ...one, rollback: details.get(one.serviceDeploymentArn)?.rollback }));
}

/** Reads up to 100 services of the Region, with their deployments, events and history. */
export async function readServices(context: ProbeContext): Promise<SeenService[]> {
  const pages = await readPages(async (paging) =>
    clustersSchema.parse(await callAws(context, 'ecs', 'ListClusters', paging)),
  );
  const seen: SeenService[] = [];
  for (const cluster of pages.flatMap(({ clusterArns }) => clusterArns)) {
    if (seen.length >= maxServices) break;
    for (const service of (await describeServices(context, cluster)).slice(0, maxServices - seen.length))
      seen.push({ ...service, history: await readHistory(context, service) });
  }
  return seen;
}
