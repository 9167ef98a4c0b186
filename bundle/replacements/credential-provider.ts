/*
 * Instead of @aws-sdk/credential-provider-node: profiles, SSO, web identities, containers and instances. Lambda passes the role's credentials
 * in environment variables (docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
 */

function refuse(): never {
  throw new Error('Bundles read credentials from the environment only (bundle/replacements/credential-provider.ts).');
}

export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
export { refuse as credentialsTreatedAsExpired, refuse as credentialsWillNeedRefresh };
