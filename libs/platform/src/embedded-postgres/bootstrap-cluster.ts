import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { StartRefusal } from '../settings/start-refusal';
import { Binaries } from './binaries';
import { startServer, stopServer } from './postmaster';
import { RunAs } from './run-as';
import { runProgram } from './run-program';

const FOLDERS = [
  ...['global', 'base/1', 'pg_commit_ts', 'pg_dynshmem', 'pg_notify', 'pg_replslot', 'pg_serial', 'pg_snapshots'],
  ...['pg_stat', 'pg_stat_tmp', 'pg_subtrans', 'pg_tblspc', 'pg_twophase', 'pg_xact'],
  ...['pg_logical/mappings', 'pg_logical/snapshots', 'pg_multixact/members', 'pg_multixact/offsets'],
  ...['pg_wal/archive_status', 'pg_wal/summaries'],
];

/** What the catalogue script leaves open: a 64-bit build, UTF-8, the C locale. */
const TOKENS: Readonly<Record<string, string>> = {
  NAMEDATALEN: '64',
  SIZEOF_POINTER: '8',
  ALIGNOF_POINTER: 'd',
  FLOAT8PASSBYVAL: 't',
  POSTGRES: 'postgres',
  ENCODING: '6',
  LOCALE_PROVIDER: 'c',
  LC_COLLATE: 'C',
  LC_CTYPE: 'C',
  DATLOCALE: '_null_',
  ICU_RULES: '_null_',
};

const ITERATIONS = 4096;

/**
 * Makes a cluster without `initdb`, which refuses a user number that has no name (a container started with any `--user`);
 * so does single-user mode. The catalogue script runs in boot mode, the SQL files of the distribution through a
 * connection. Left out: what only databases with several roles need. `target` is an empty folder of ours.
 */
export async function bootstrapCluster(target: string, password: string, binaries: Binaries, runAs: RunAs): Promise<void> {
  for (const folder of FOLDERS) await mkdir(path.join(target, folder), { recursive: true, mode: 0o700 });
  const share = path.join(binaries.dir, 'share', 'postgresql');
  const read = (name: string): Promise<string> => readFile(path.join(share, name), 'utf8');
  const script = await read('postgres.bki');
  const major = /^# PostgreSQL (\d+)/.exec(script)?.[1];
  if (major === undefined) throw new StartRefusal(`can't make the embedded database: ${share}/postgres.bki is damaged`);

  const file = (name: string, text: string): Promise<void> => writeFile(path.join(target, name), text, { mode: 0o600 });
  await file('PG_VERSION', `${major}\n`);
  await file('base/1/PG_VERSION', `${major}\n`);
  await file('postgresql.auto.conf', '');
  await file('pg_ident.conf', '');
  await file('pg_hba.conf', 'host all all 127.0.0.1/32 scram-sha-256\n');
  await copyFile(path.join(share, 'postgresql.conf.sample'), path.join(target, 'postgresql.conf'));

  const tokens = new RegExp(`\\b(${Object.keys(TOKENS).join('|')})\\b`, 'g');
  const catalogue = script
    .replace(
      /^(insert \( 10 POSTGRES .* )_null_( _null_ \))$/m,
      (_, head: string, tail: string) => `${head}'${scramVerifier(password)}'${tail}`,
    )
    .replace(tokens, (token) => TOKENS[token] ?? token);
  const { code, output } = await runProgram(
    binaries.program('postgres'),
    ['--boot', '-D', target, '-X', '16777216', '-k'],
    runAs,
    { input: catalogue },
  );
  if (code !== 0) throw new StartRefusal(`can't make the embedded database: ${output.slice(-300)}`);

  const place = { clusterDir: target, logFile: `${target}.log`, binaries, runAs };
  const server = await startServer(place);
  try {
    await runStatements(server.port, 'template1', password, [
      'SET search_path = pg_catalog; SET allow_system_table_mods = on',
      await read('system_constraints.sql'),
      await read('system_functions.sql'),
      await read('system_views.sql'),
      await read('snowball_create.sql'),
      'GRANT USAGE ON SCHEMA public, pg_catalog TO PUBLIC',
      await read('information_schema.sql'),
      'CREATE EXTENSION plpgsql',
      'CREATE DATABASE template0 IS_TEMPLATE true ALLOW_CONNECTIONS false',
      'CREATE DATABASE postgres',
      'VACUUM (FREEZE, ANALYZE)',
    ]);
  } finally {
    await stopServer(place, server.pid);
    await rm(place.logFile, { force: true });
  }
}

async function runStatements(port: number, database: string, password: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ host: '127.0.0.1', port, user: 'postgres', password, database });
  await client.connect();
  try {
    for (const text of statements) await client.query(text);
  } finally {
    await client.end();
  }
}

/** What PostgreSQL stores of a password (RFC 5803 with its own framing). */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const keyed = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`;
}
