import 'reflect-metadata';
import { LogHead, Progress, readSettings, StartRefusal } from '@suyuan/platform';
import { RunningServer, startServer } from './server';

/** What a person sees at the start; logs go to stderr. */
const tell = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  // Assigned once it is up; a signal may come before.
  const running: { server?: RunningServer } = {};
  let stopping = false;

  const stop = (exitCode: number): void => {
    if (stopping) {
      tell('stopping at once');
      process.exit(130);
    }
    stopping = true;
    // Begun but not up: the start fails on its own closed pools otherwise, so wait for what there is.
    void (running.server?.stop() ?? Promise.resolve()).then(
      () => process.exit(exitCode),
      (error: unknown) => {
        process.stderr.write(`suyuan did not stop cleanly: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(0));

  const server = await startServer(settings, tell, (reason) => {
    process.stderr.write(`suyuan: the database is lost: ${reason.message}\n`);
    stop(1);
  });
  running.server = server;
  const url = settings.publicUrl ?? server.url.replace('[::1]', 'localhost');
  tell(`Suyuan 溯源   ${url}`);
  tell(`  API ${url}/docs   recalls ${url}/recalls   health ${url}/health/ready`);
  if (server.newAdminKey !== undefined) tell(`  administrator key (shown once, kept in ${settings.dataDir}/admin-key): ${server.newAdminKey}`);

  const head = await server.app.get(LogHead).head();
  while (!(await server.app.get(Progress).waitFor(head, 60_000))) tell('  the projections are still catching up with the log …');
  if (!stopping) tell('suyuan ready');
}

main().catch((error: unknown) => {
  process.stderr.write(error instanceof StartRefusal ? `suyuan: ${error.message}\n` : `suyuan: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(error instanceof StartRefusal ? error.exitCode : 1);
});
