import type { HolderRow } from '@suyuan/trace';
export const x: HolderRow = { nope: 1 };
export const y: Required<HolderRow> = 5;
type P<T> = { [K in keyof T]: [T[K]] };
export const z: P<Required<HolderRow>> = { } as unknown as 3;
