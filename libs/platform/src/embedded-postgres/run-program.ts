import { spawn } from 'node:child_process';
import { StartRefusal } from '../settings/start-refusal';
import { RunAs } from './run-as';

/** Environment for PostgreSQL's programs: a PGDATA or PGPORT of the operator's must not reach them. */
export function programEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name) && !name.startsWith('SUYUAN_'));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * Runs a program to its end and answers with its exit code and what it wrote. In a process group of its own, so that
 * Ctrl-C in the terminal reaches only us.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  runAs: RunAs,
  options: { readonly input?: string; readonly cwd?: string } = {},
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...runAs,
      cwd: options.cwd ?? '/',
      env: programEnvironment(),
      detached: true,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error: NodeJS.ErrnoException) => reject(cannotRun(program, error)));
    child.on('close', (code) => resolve({ code: code ?? 1, output: output.trim() }));
    // A program that dies early closes its input; its exit code tells.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** ENOENT of a file that is there means that its loader is missing: a musl system. */
export function cannotRun(program: string, error: NodeJS.ErrnoException): StartRefusal {
  const why = error.code === 'ENOENT' ? 'this system lacks the C library it was built for (glibc)' : error.message;
  return new StartRefusal(
    `can't run the embedded PostgreSQL (${program}): ${why}; set SUYUAN_DATABASE_URL to a PostgreSQL server instead`,
  );
}
