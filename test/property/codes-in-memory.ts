import { describeKey } from '@suyuan/gs1';
import { Ancestry, AncestryIdentity, microsToTime } from '@suyuan/trace/domain';
import { ancestryOf } from '../../libs/trace/src/domain/lineage/ancestry';
import { ThingState } from '../../libs/trace/src/domain/lineage/graph-source';
import { MemorySource } from '../../libs/trace/src/domain/lineage/memory-source';

/** `TraceReader.ancestries` out of a replayed world. */
export async function ancestriesOf(source: MemorySource, keys: readonly string[]): Promise<ReadonlyMap<string, Ancestry>> {
  return new Map(await Promise.all(keys.map(async (key) => [key, await ancestryOf(source, key)] as const)));
}

/** `TraceReader.selfIdentities` out of a replayed world: what the SQL must give. */
export async function selfIdentitiesOf(
  source: MemorySource,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly AncestryIdentity[]>> {
  const found = new Map<string, AncestryIdentity[]>();
  for (const key of keys) {
    const isLot = describeKey(key).kind === 'lot';
    const things = isLot ? await source.conflicted([key]) : await source.things([key]);
    if (things.length > 0)
      found.set(
        key,
        things.map((thing) => identityOf(thing, isLot ? 'possible' : 'certain')),
      );
  }
  return found;
}

function identityOf(thing: ThingState, certainty: AncestryIdentity['certainty']): AncestryIdentity {
  const { gtin, serial } = describeKey(thing.key);
  return {
    key: thing.key,
    ...(gtin === undefined ? {} : { gtin }),
    ...(serial === undefined ? {} : { serial }),
    lots: thing.lots,
    ...(thing.createdMicros === undefined ? {} : { createdAt: microsToTime(thing.createdMicros) }),
    ...(thing.createdPlace === null ? {} : { createdAtPlace: thing.createdPlace }),
    certainty,
    relation: 'self',
  };
}
