import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { usageError } from '../exit-code';

export interface Server {
  /** Without a trailing slash. */
  readonly url: string;
  readonly key: string | undefined;
}

/**
 * Where the server is and which key to show: `--url`, else SUYUAN_HOST and SUYUAN_PORT; `--key`, else
 * SUYUAN_ADMIN_KEY, else the `admin-key` file of SUYUAN_DATA_DIR. The file's key is shown to this machine only.
 */
export async function findServer(
  given: { url?: string | undefined; key?: string | undefined },
  environment: NodeJS.ProcessEnv,
): Promise<Server> {
  const url =
    given.url ??
    `http://${hostFor(filled(environment['SUYUAN_HOST']) ?? '127.0.0.1')}:${filled(environment['SUYUAN_PORT']) ?? '8080'}`;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw usageError(`"${url}" is no http(s) address.`);
  const key = given.key ?? filled(environment['SUYUAN_ADMIN_KEY']);
  const server = url.replace(/\/+$/, '');
  if (key !== undefined) return { url: server, key };
  return {
    url: server,
    key: isThisMachine(new URL(url).hostname) || given.url === undefined ? await keyOfDataDir(environment) : undefined,
  };
}

async function keyOfDataDir(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const file = path.resolve(filled(environment['SUYUAN_DATA_DIR']) ?? '.suyuan', 'admin-key');
  return filled((await readFile(file, 'utf8').catch(() => '')).trim());
}

/** A server that listens on every address is reached on this machine's own. */
function hostFor(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}
