import { ClaimFailed } from './claims';
import { Narrator } from './narrator';
import { play } from './play';
import { findOrStart, Server, stop } from './server';

const USAGE = 'usage: npm run demo [-- --once]\n  --once   stop the server at the end, if the demo started it\n';

/** Exit codes: 0 all claims held, 1 one did not or the server failed, 2 wrong usage. */
async function main(): Promise<number> {
  const flags = process.argv.slice(2);
  const unknown = flags.filter((flag) => flag !== '--once');
  if (unknown.length > 0) {
    process.stderr.write(`unknown: ${unknown.join(' ')}\n${USAGE}`);
    return 2;
  }
  const narrator = new Narrator(process.stdout);
  narrator.title('Suyuan demo: from a burnt heater to a closed recall');
  const begin = Date.now();
  const server = await findOrStart(process.env);
  const interrupted = onInterrupt(server);
  narrator.say(`${server.child === undefined ? 'using the server that runs' : 'started a server'} at ${server.url}`);
  try {
    await play(server, narrator);
  } catch (error) {
    if (server.child !== undefined) await stop(server.child);
    throw error;
  }
  narrator.title(`Done in ${((Date.now() - begin) / 1000).toFixed(1)} s: every line above was checked.`);
  if (server.child === undefined) return 0;
  if (flags.includes('--once')) {
    await stop(server.child);
    return 0;
  }
  narrator.say(`The server stays up at ${server.url} (API: ${server.url}/docs); Ctrl-C stops it.`);
  return interrupted;
}

/** Ctrl-C and SIGTERM stop the server that was started here, its database last. */
function onInterrupt(server: Server): Promise<number> {
  return new Promise((resolve) => {
    const end = (): void => void (server.child === undefined ? Promise.resolve() : stop(server.child)).then(() => resolve(0));
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
    server.child?.once('exit', () => resolve(0));
  });
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`\n   ✗ ${error instanceof ClaimFailed ? `${error.message}` : `the demo stopped: ${error.message}`}\n`);
    process.exit(1);
  },
);
