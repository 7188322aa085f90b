/** Where the log is: a server or cluster, and the log's name there. */
export interface StoreAddress {
  /** As the client takes it: `esdb://…` or `esdb+discover://…`. */
  readonly connectionString: string;
  /** Streams are named `LOG-KEY`, so several logs live on one server without meeting. */
  readonly log: string;
}

const DEFAULT_LOG = 'suyuan';

/**
 * Reads `esdb://user:password@host:2113?tls=true&log=NAME`; `kurrentdb:` and `kurrentdb+discover:` mean the same. `log` is
 * ours, all other parameters are the client's. Throws `RangeError` for a name that could be another one's beginning.
 */
export function readStoreAddress(url: string): StoreAddress {
  const [base = '', query = ''] = url.replace(/^kurrentdb(\+discover)?:/, 'esdb$1:').split('?', 2);
  const parameters = query.split('&').filter((parameter) => parameter !== '');
  const own = parameters.find((parameter) => parameter.startsWith('log='));
  const log = own === undefined ? DEFAULT_LOG : decodeURIComponent(own.slice('log='.length));
  if (!/^[a-z0-9_]{1,64}$/.test(log)) throw new RangeError(`a log is named by 1 to 64 of a-z, 0-9 and _, not "${log}"`);
  const others = parameters.filter((parameter) => parameter !== own);
  return { connectionString: others.length === 0 ? base : `${base}?${others.join('&')}`, log };
}
