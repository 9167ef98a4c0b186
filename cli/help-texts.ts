/*
 * The part of `gantry VERB --help` below the line of verbs.ts. This module is separate, so that help is printed without loading the verb and its AWS clients.
 */

/** The end of every verb's help. */
const commonHelp = `  --stage NAME   the deployed stage (default: production)
  --config FILE  the configuration (default: the nearest gantry.config.ts, .mjs
                 or .json, from the working directory upwards)
  --json         print one JSON object on each line (docs/cli.md)
  --help`;

/** The help on the tasks of the release (docs/tasks.md). */
const taskHelp = `  --run-pre-deploy        run the preDeploy and postDeploy tasks even if the
                          service already runs the revision
  --skip-pre-deploy       do not run the preDeploy tasks; needs --reason`;

const startHelp = `  --reason TEXT  the reason; stored in the ledger
  --by NAME      the requester (default: the identity of your credentials)
  --no-watch     start it and exit`;

/** The help of each verb, by the verb. */
export const helpTexts: Record<string, string> = {
  deploy: `  --image NAME=URI        the image for a container; once for each container
  --artifact s3://BUCKET/KEY[?versionId=ID]
                          the zip that a build put into the artifact bucket
  --revision FAMILY:N     an existing revision
                          (give exactly one of these three)
  --timeout MINUTES       fail it if it is not stable by then
                          (default: the service's own, else 60)
  --bake MINUTES          how long to watch alarms after it is stable
                          (default: the service's own, else 0)
  --no-rollback           leave a failed deployment as it is
${taskHelp}
  --dry-run               show what would be registered and done, and change
                          nothing
  --pipeline NAME         with --dry-run: also check that this pipeline is
                          allowed to deploy to TARGET
  --show-values           with --dry-run: also show environment values and
                          others that may be secret
${startHelp}
${commonHelp}`,
  redeploy: `  --timeout MINUTES       fail it if it is not stable by then
                          (default: the service's own, else 60)
  --bake MINUTES          how long to watch alarms after it is stable
                          (default: the service's own, else 0)
  --no-rollback           leave a failed deployment as it is
${taskHelp}
${startHelp}
${commonHelp}`,
  rollback: `  --to FAMILY:N    the revision to deploy (default: the last known-good one)
  --dry-run        show what would be done, and change nothing
  --show-values    with --dry-run: also show environment values and others that
                   may be secret
${startHelp}
${commonHelp}`,
  continue: `  --hook ID      the pause hook to answer (default: the only one that waits)
  --rollback     roll the deployment back instead of continuing it
${startHelp}
${commonHelp}`,
  run: `  gantry run test/web --container app -- bin/rake db:seed

  --container NAME         the container that gets the command
  --timeout-minutes N      stop it if it has not ended by then (default: 60)
${startHelp.replace('stored in the ledger', 'kept in the history of the execution')}
${commonHelp}

The command and its arguments stay in the history of the execution for 90 days,
so they must contain no secret. The exit code is that of the container, or 125
if it is not known.`,
  status: `  Without a target: all services that gantry.config.ts names, and those of the
  clusters that match its patterns.
${commonHelp}`,
  history: `  --limit N    the newest N deployments (default: 20)
  --days N     the period of the metrics (default: 90)
${commonHelp}`,
  watch: `  TARGET      such as test/web: its running deployment or rollback
  EXECUTION   an execution's ARN or its name; it may have ended
${commonHelp}`,
  board: `  Serves a page about all services on 127.0.0.1, until Ctrl-C, and prints its
  address.
  Whoever has the token in the address can use the page on this computer.
  --port N       the port (default: a free one)
  --out DIR      instead, write the board as files into this folder, and exit
  --with-account-ids, --with-logs
                 with --out: do not mask account ids, and keep the ends of logs
${commonHelp}`,
  template: `  The template goes to standard output, and the command that deploys it to
  standard error. gantry package makes the zips that the template of the build
  account names.
  --policy       instead of the template, print IAM policies with the least
                 permissions to deploy it: one on each line, and each fits into
                 a managed policy
  --bucket NAME  the bucket of the build account with the zips
${commonHelp}`,
  package: `  Each zip has the digest of its content in its name, and contains the
  configuration if the function reads it.
  --out DIR      where to write the files (default: .gantry)
  --bucket NAME  the bucket of the build account that the printed commands put
                 the zips into
${commonHelp}`,
};
