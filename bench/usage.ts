/** The usage of `npm run bench`. */
export const usage = `npm run bench -- [--quick] [--json] [--deployer NAME=CMD] [--watcher NAME=CMD] [--only WORD] [--strategies]
npm run bench -- scale [--deployments 100,1000,10000] [--accounts 10] [--json]
npm run bench -- cold [--json]
npm run bench -- readme
npm run bench -- feedback
npm run bench -- start
npm run bench -- board

Runs the same scenarios with each deployer against one embedded ECS at real speed, and writes the results to bench/results/.
  --quick     takes under two minutes: leaves out slow scenarios, and all others share the remaining time
  --json      prints the results as JSON instead of tables, and writes no file
  --deployer  adds a command line that releases IMAGE to SERVICE in CLUSTER
  --watcher   adds a command line that watches a release of SERVICE in CLUSTER to TASK_DEFINITION
  --only      runs only scenarios whose title contains this word, and writes no file
  --strategies  runs only the scenarios in which ECS shifts traffic or waits for a person, and writes a file of their own
  scale       runs this many deployments at once, in simulated time under ECS's throttles, woken and polling; writes files only for the default numbers
  cold        measures sizes and start times of the functions' bundles
  feedback    measures how long one file of test/core/ takes, compared with the test runner on an empty test; writes no file
  start       measures how long the packed gantry takes to start, compared with node -e 0; writes no file
  board       measures the calls, the first data and the size of the delivery board with 40 services; writes no file
  readme      writes a summary of the newest complete runs into README.md; every complete run does this too
`;
