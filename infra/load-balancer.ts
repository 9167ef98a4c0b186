import type { ServiceDeclaration } from './system-service.ts';

type ProviderOptions = { provider?: InstanceType<typeof aws.Provider> };

/** A load balancer in the default VPC for one service, open on port 80, and the resources through which the service receives its requests. */
export function createLoadBalancer(
  { target, balancer: name, targetGroup: groupName, port, healthPath }: ServiceDeclaration,
  place: ProviderOptions,
) {
  const vpc = aws.ec2.getVpcOutput({ default: true }, place).id;
  const subnets = aws.ec2.getSubnetsOutput(
    {
      filters: [
        { name: 'vpc-id', values: [vpc] },
        { name: 'default-for-az', values: ['true'] },
      ],
    },
    place,
  ).ids;
  const groups = createSecurityGroups({ target, port, name, vpc }, place);
  const loadBalancer = new aws.lb.LoadBalancer(
    `Balancer-${target}`,
    { name, loadBalancerType: 'application', subnets, securityGroups: [groups.balancer] },
    place,
  );
  const targetGroup = new aws.lb.TargetGroup(
    `Targets-${target}`,
    {
      name: groupName,
      vpcId: vpc,
      port,
      protocol: 'HTTP',
      targetType: 'ip',
      healthCheck: { path: healthPath, interval: 10, healthyThreshold: 2 },
      deregistrationDelay: 30,
    },
    place,
  );
  const listener = new aws.lb.Listener(
    `Listener-${target}`,
    {
      loadBalancerArn: loadBalancer.arn,
      port: 80,
      protocol: 'HTTP',
      defaultActions: [{ type: 'forward', targetGroupArn: targetGroup.arn }],
    },
    place,
  );
  return {
    subnets,
    securityGroup: groups.tasks,
    targetGroup: targetGroup.arn,
    listener,
    address: loadBalancer.dnsName,
  };
}

type Network = { target: string; port: number; name: string; vpc: ReturnType<typeof aws.ec2.getVpcOutput>['id'] };

/** One security group admits everybody to the load balancer. The other group admits the load balancer to the tasks. */
function createSecurityGroups({ target, port, name, vpc }: Network, place: ProviderOptions) {
  const egress = [{ protocol: '-1', fromPort: 0, toPort: 0, cidrBlocks: ['0.0.0.0/0'] }];
  const balancer = new aws.ec2.SecurityGroup(
    `BalancerGroup-${target}`,
    {
      name: `${name}-balancer`,
      description: 'HTTP to the load balancer',
      vpcId: vpc,
      ingress: [{ protocol: 'tcp', fromPort: 80, toPort: 80, cidrBlocks: ['0.0.0.0/0'] }],
      egress,
    },
    place,
  );
  const tasks = new aws.ec2.SecurityGroup(
    `TasksGroup-${target}`,
    {
      name: `${name}-tasks`,
      description: 'From the load balancer to the tasks',
      vpcId: vpc,
      ingress: [{ protocol: 'tcp', fromPort: port, toPort: port, securityGroups: [balancer.id] }],
      egress,
    },
    place,
  );
  return { balancer: balancer.id, tasks: tasks.id };
}
