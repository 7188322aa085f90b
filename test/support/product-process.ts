import { ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { ROOT } from './root';

const DIST = path.join(ROOT, 'dist');
/** As the image runs it. */
const MEMORY = ['--max-old-space-size=768', '--max-semi-space-size=32'];
const SAID_MAX = 200_000;

/** One program of the product as its own process: it can be killed and started again. */
export class ProductProcess {
  private child: ChildProcess | undefined;
  /** Where it listens; empty before it said so. */
  url = '';
  /** What it said on stderr since it was started last. */
  complained = '';

  /** @param program as in `apps/` */
  constructor(
    readonly program: string,
    private readonly settings: Readonly<Record<string, string>>,
    private readonly args: readonly string[] = [],
  ) {}

  get alive(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Starts (again) and waits for the line `until` on stdout. */
  async boot(until = 'suyuan ready'): Promise<void> {
    const env = { PATH: process.env['PATH'] ?? '', SUYUAN_PORT: '0', SUYUAN_LOG_LEVEL: 'warn', ...this.settings };
    const main = path.join(DIST, 'apps', this.program, 'src/main.js');
    const child = spawn(process.execPath, [...MEMORY, main, ...this.args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.complained = '';
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (this.complained = (this.complained + chunk.toString()).slice(-SAID_MAX)));
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-SAID_MAX);
        if (!said.includes(until)) return;
        this.url = /http:\/\/[^\s]+/.exec(said)?.[0] ?? '';
        resolve();
      });
      child.once('exit', (code, signal) => reject(new Error(`${this.program} ended with ${code ?? signal}: ${this.complained}`)));
    });
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.child?.kill(name);
  }

  /** No warning, no flush, no goodbye. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** @returns the exit code of an orderly stop */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  private async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    child.removeAllListeners('exit');
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    child.kill(signal);
    return ended;
  }
}
