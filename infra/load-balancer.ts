import type { ServiceDeclaration } from './system-service.ts';

type ProviderOptions = { provider?: InstanceType<typeof aws.Provider> };

/** A load balancer in the default VPC for one service, open on port 80, and what the service needs to stand behind it. */
export function createLoadBalancer(
  { target, balancer: name, port, healthPath }: ServiceDeclaration,
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
  const doors = createSecurityGroups({ target, port, name, vpc }, place);
  const loadBalancer = new aws.lb.LoadBalancer(
    `Balancer-${target}`,
    { name, loadBalancerType: 'application', subnets, securityGroups: [doors.outer] },
    place,
  );
  const targetGroup = new aws.lb.TargetGroup(
    `Targets-${target}`,
    {
      name,
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
  return { subnets, securityGroup: doors.inner, targetGroup: targetGroup.arn, listener, address: loadBalancer.dnsName };
}

type Network = { target: string; port: number; name: string; vpc: ReturnType<typeof aws.ec2.getVpcOutput>['id'] };

/** The outer door is the world's to the balancer, the inner one the balancer's to the tasks. */
function createSecurityGroups({ target, port, name, vpc }: Network, place: ProviderOptions) {
  const egress = [{ protocol: '-1', fromPort: 0, toPort: 0, cidrBlocks: ['0.0.0.0/0'] }];
  const outer = new aws.ec2.SecurityGroup(
    `OuterDoor-${target}`,
    {
      name: `${name}-balancer`,
      description: `HTTP to the load balancer of ${target}`,
      vpcId: vpc,
      ingress: [{ protocol: 'tcp', fromPort: 80, toPort: 80, cidrBlocks: ['0.0.0.0/0'] }],
      egress,
    },
    place,
  );
  const inner = new aws.ec2.SecurityGroup(
    `InnerDoor-${target}`,
    {
      name: `${name}-tasks`,
      description: `The load balancer to the tasks of ${target}`,
      vpcId: vpc,
      ingress: [{ protocol: 'tcp', fromPort: port, toPort: port, securityGroups: [outer.id] }],
      egress,
    },
    place,
  );
  return { outer: outer.id, inner: inner.id };
}
