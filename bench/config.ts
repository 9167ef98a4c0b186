import { defineConfig } from '../core/config.ts';
import { scenarios } from './scenarios.ts';

/** The role that every service of the benchmark pulls its image with. */
export const executionRole = 'bench-execution';

/** Where every service of the benchmark is. */
export const account = '222222222222';
export const cluster = 'bench';

/** Gantry's own configuration in the benchmark: one service for each scenario. Deployers beside it need none. */
export default defineConfig({
  app: 'bench',
  build: { account: '111111111111', region: 'eu-west-1' },
  source: { type: 's3', bucket: 'sources', key: 'bench.zip' },
  targets: [
    {
      name: 'bench',
      account,
      region: 'eu-west-1',
      cluster,
      services: scenarios.map(({ id }) => ({
        name: `${id}-gantry`,
        containers: ['app'],
        fileName: `${id}.json`,
        executionRole,
      })),
    },
  ],
});
