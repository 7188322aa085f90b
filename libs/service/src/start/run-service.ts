import { createLogger, readSettings, StartRefusal, startTracing } from '@suyuan/platform';
import { PARTS, Part, Role } from '../role';
import { Service, startService } from './start-service';
import { onStopSignal } from './stop-signals';

/** Prints for people and scripts on stdout; the log goes to stderr. */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The whole life of the process of a service: what each `main.ts` calls. Never rejects; ends the process instead. */
export async function runService(what: { readonly module: Role['module']; readonly role?: Role }): Promise<void> {
  try {
    await run(what);
  } catch (error) {
    const known = error instanceof StartRefusal;
    process.stderr.write(
      known
        ? `suyuan: ${error.message}\n`
        : `suyuan could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(known ? error.exitCode : 1);
  }
}

async function run(what: { readonly module: Role['module']; readonly role?: Role }): Promise<void> {
  const settings = readSettings(process.env);
  const part = what.role === undefined ? undefined : readPart(process.argv[2]);
  const tracing = await startTracing({
    service: `suyuan-${what.role?.name ?? 'standalone'}`,
    env: process.env,
    onTrouble: (message) => createLogger(settings.logLevel).warn({ context: 'Tracing' }, message),
  });
  let running: Service | undefined;
  let wanted = true;
  const starting = startService(
    settings,
    { ...what, ...(part === undefined ? {} : { part }) },
    {
      tell: say,
      onLost: (reason) => {
        process.stderr.write(`suyuan: ${reason.message}\n`);
        process.exit(1);
      },
    },
  );
  onStopSignal(async () => {
    wanted = false;
    say('suyuan is stopping …');
    // A start under way is let finish: half a start is harder to stop than a whole one.
    running ??= await starting.catch(() => undefined);
    await running?.stop();
    await tracing?.stop();
    say('suyuan stopped');
  });
  running = await starting;
  if (!wanted) return;
  const { url, adminKey } = running;
  const shown = settings.publicUrl ?? url;
  say(`suyuan   ${what.role === undefined ? shown : `${url} (${what.role.name})`}`);
  say(`  API    ${what.role === undefined ? shown : url}/docs`);
  say(`  health ${what.role === undefined ? shown : url}/health/ready`);
  if (adminKey.made && adminKey.key !== undefined)
    say(`  administrator key (shown once, kept in ${settings.dataDir}/admin-key)   ${adminKey.key}`);
  else if (adminKey.key !== undefined) say(`  administrator key in ${settings.dataDir}/admin-key`);
  await running.caughtUp();
  // Promised at every log level: scripts wait for this line.
  if (wanted) say('suyuan ready');
}

function readPart(text: string | undefined): Part {
  const part = PARTS.find((known) => known === (text ?? 'all'));
  if (part === undefined) throw new StartRefusal(`a service is started as one of ${PARTS.join(', ')}, not as "${text}"`, 2);
  return part;
}
