/**
 * Runs before each release updates the service, with the new image (`preDeploy` of the service in gantry.config.ts). A real application calls its migration
 * tool here. This one has no database, so it only shows where the output and the exit code of a migration go.
 */
console.log('There is no migration to apply.');
