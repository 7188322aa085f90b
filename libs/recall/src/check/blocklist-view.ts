import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { InstallationKey } from '../keys/installation-key';
import { BlocklistStore } from './blocklist-store';
import { Blocklist, HASH_SPACE } from './offline/blocklist';
import { encodeDelta } from './offline/codec';
import { deltaBetween } from './offline/delta';

const pack = promisify(gzip);

/** After this time from its `as-of` a list may clear nothing. */
export const FRESH_FOR_MS = 30 * 60_000;
const DELTAS_KEPT = 16;

/** Bytes as they are sent. */
export interface Packed {
  readonly plain: Buffer;
  readonly gzipped: Buffer;
}

/** What a till gets: a list or a delta, and the signed statement about it. */
export interface ServedBlocklist extends Packed {
  readonly version: number;
  /** Undefined for a full list. */
  readonly base: number | undefined;
  /** `version=…; position=…; hash=…; as-of=…; fresh-until=…; false-positive-rate=…` */
  readonly statement: string;
  /** Base64 ed25519 over the statement. */
  readonly signature: string;
}

/** Serves published lists: the newest in full, or as the difference from an older version. */
export class BlocklistView {
  private newest: ({ list: Blocklist; hash: string } & Packed) | undefined;
  private deltas = new Map<string, Packed>();

  constructor(
    private readonly store: BlocklistStore,
    private readonly key: InstallationKey,
  ) {}

  /** @returns undefined while no list was ever published */
  async serve(since: number | undefined): Promise<ServedBlocklist | undefined> {
    const { version, asOfMs, position } = await this.store.state();
    const newest = await this.full(version);
    if (newest === undefined) return undefined;
    const delta = since === undefined ? undefined : await this.delta(since, newest.list);
    const statement = [
      `version=${version}`,
      `position=${position}`,
      `hash=${newest.hash}`,
      `as-of=${new Date(asOfMs).toISOString()}`,
      `fresh-until=${new Date(asOfMs + FRESH_FOR_MS).toISOString()}`,
      `false-positive-rate=${(newest.list.hashes.length / HASH_SPACE).toExponential(2)}`,
    ].join('; ');
    const { plain, gzipped } = delta ?? newest;
    const base = delta === undefined ? undefined : since;
    return { version, base, plain, gzipped, statement, signature: await this.key.sign(statement) };
  }

  private async full(version: number): Promise<typeof this.newest> {
    if (this.newest?.list.version === version) return this.newest;
    const found = await this.store.read(version);
    if (found === undefined) return undefined;
    const { list, bytes } = found;
    this.newest = { list, hash: bytes.subarray(-32).toString('hex'), plain: bytes, gzipped: await pack(bytes) };
    this.deltas = new Map();
    return this.newest;
  }

  private async delta(since: number, newest: Blocklist): Promise<Packed | undefined> {
    const name = `${since}-${newest.version}`;
    const known = this.deltas.get(name);
    if (known !== undefined) return known;
    const base = since === newest.version ? newest : (await this.store.read(since))?.list;
    if (base === undefined) return undefined;
    const plain = encodeDelta(deltaBetween(base, newest));
    const packed = { plain, gzipped: await pack(plain) };
    const [oldest] = this.deltas.keys();
    if (this.deltas.size >= DELTAS_KEPT && oldest !== undefined) this.deltas.delete(oldest);
    this.deltas.set(name, packed);
    return packed;
  }
}
