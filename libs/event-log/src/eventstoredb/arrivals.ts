import type { ArrivedMember } from './unit';

/** Longest time between the first and the last member of a unit that counts. */
export const UNIT_MS_MAX = 24 * 3600 * 1000;

/** A unit all of whose members have come, by the last of them. */
export interface WholeUnit {
  readonly unit: string;
  readonly isBulk: boolean;
  /** Some of its members came in earlier batches and are kept in the database. */
  readonly wasKept: boolean;
  /** All members in order; undefined for a bulk unit. */
  readonly members?: readonly ArrivedMember[];
  /** Index in the batch of the member that made it whole: units are judged in this order. */
  readonly wholeAt: number;
  /** When that member was written, ms. */
  readonly createdMs: number;
}

/** The members of one unit in a batch; repeats of a member are left out. */
export interface ArrivedUnit {
  readonly unit: string;
  readonly of: number;
  readonly isBulk: boolean;
  readonly members: readonly { readonly member: ArrivedMember; readonly index: number }[];
}

/** The units of a batch of `$all`, in the order of their first members. */
export function groupByUnit(batch: readonly ArrivedMember[]): ArrivedUnit[] {
  const units = new Map<string, Map<number, { member: ArrivedMember; index: number }>>();
  batch.forEach((member, index) => {
    const members = units.get(member.unit) ?? new Map<number, { member: ArrivedMember; index: number }>();
    if (!members.has(member.ordinal)) members.set(member.ordinal, { member, index });
    units.set(member.unit, members);
  });
  return [...units].map(([unit, members]) => {
    const list = [...members.values()];
    return { unit, of: list[0]?.member.of ?? 0, isBulk: list[0]?.member.isBulk ?? false, members: list };
  });
}

/** The unit when the batch holds the whole of it and it is judged in memory. */
export function wholeInBatch(unit: ArrivedUnit): WholeUnit | undefined {
  if (unit.isBulk || unit.members.length !== unit.of || isVoid(unit)) return undefined;
  return { unit: unit.unit, isBulk: false, wasKept: false, members: inOrder(unit), ...last(unit.members) };
}

/** Its last member came so long after its first that the writer had given up long before, and so may we. */
function isVoid({ members }: ArrivedUnit): boolean {
  return last(members).createdMs - firstMs(members) > UNIT_MS_MAX;
}

/** When the first of `members` was written. */
export function firstMs(members: ArrivedUnit['members']): number {
  return members.reduce((least, { member }) => Math.min(least, member.createdMs), Infinity);
}

/** By the last of `members`. */
export function last(members: ArrivedUnit['members']): { readonly wholeAt: number; readonly createdMs: number } {
  let wholeAt = -1;
  let createdMs = 0;
  for (const { index, member } of members) if (index > wholeAt) [wholeAt, createdMs] = [index, member.createdMs];
  return { wholeAt, createdMs };
}

function inOrder(unit: ArrivedUnit): ArrivedMember[] {
  return unit.members.map(({ member }) => member).sort((a, b) => a.ordinal - b.ordinal);
}
