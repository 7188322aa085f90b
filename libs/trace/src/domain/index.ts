/** The pure part of this library that other libraries' domains may build on: no framework behind it. */
export * from './exceptions';
export * from './trace-reader';
export { timeToMicros, microsToTime } from './facts/time';
export { lotPatternMatches } from './lineage/lot-pattern';
