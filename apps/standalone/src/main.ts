import 'reflect-metadata';
import { readSettings, StartRefusal } from '@suyuan/platform';
import { Standalone, startStandalone } from './standalone';
import { onStopSignal } from './stop-signals';

/** Prints for people and scripts on stdout; the log goes to stderr. */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  let running: Standalone | undefined;
  let wanted = true;
  const starting = startStandalone(settings, {
    tell: say,
    onLost: (reason) => {
      process.stderr.write(`suyuan: ${reason.message}\n`);
      process.exit(1);
    },
  });
  onStopSignal(async () => {
    wanted = false;
    say('suyuan is stopping …');
    // A start under way is let finish: half a start is harder to stop than a whole one.
    running ??= await starting.catch(() => undefined);
    await running?.stop();
    say('suyuan stopped');
  });
  running = await starting;
  if (!wanted) return;
  const { url, adminKey } = running;
  const shown = settings.publicUrl ?? url;
  say(`suyuan   ${shown}`);
  say(`  API    ${shown}/docs`);
  say(`  health ${shown}/health/ready`);
  if (adminKey.made && adminKey.key !== undefined)
    say(`  administrator key (shown once, kept in ${settings.dataDir}/admin-key)   ${adminKey.key}`);
  else if (adminKey.key !== undefined) say(`  administrator key in ${settings.dataDir}/admin-key`);
  await running.caughtUp();
  // Promised at every log level: scripts wait for this line.
  if (wanted) say('suyuan ready');
}

main().catch((error: unknown) => {
  const known = error instanceof StartRefusal;
  process.stderr.write(
    known
      ? `suyuan: ${error.message}\n`
      : `suyuan could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(known ? error.exitCode : 1);
});
