import { createServer } from 'node:http';

/** A minimal service: it answers every request with a greeting, and `/health` with ok for the health check. */
const server = createServer((request, response) => {
  const healthy = request.url === '/health';
  response.writeHead(200, { 'content-type': 'text/plain' }).end(healthy ? 'ok\n' : 'Hello from the target account.\n');
});

// ECS stops a task with SIGTERM and kills it 30 s later (docs.aws.amazon.com/AmazonECS/latest/developerguide/graceful-shutdown.html).
process.on('SIGTERM', () => server.close());
server.listen(8080, () => console.log('listening on 8080'));
