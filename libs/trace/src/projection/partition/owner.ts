import { stockNode } from '../../domain/facts/mentions';

const STOCK = stockNode('');

/** Goods whose keys differ here alone are mostly named by the same events: apart, each would have to live through them. */
const NEIGHBOURS = 3;

/**
 * Which of `count` partitions a thing or stock belongs to; a product's stock goes where a thing of that key would, and
 * neighbouring serials together. FNV-1a over the name: the same on every machine and in every version, as an owner must be.
 */
export function ownerOf(node: string, count: number): number {
  let hash = 0x811c9dc5;
  const last = node.length - NEIGHBOURS;
  for (let index = node.startsWith(STOCK) ? STOCK.length : 0; index < last; index++)
    hash = Math.imul(hash ^ node.charCodeAt(index), 0x01000193);
  // The low bits of neighbouring serials are too much alike.
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) >>> 8) % count;
}
