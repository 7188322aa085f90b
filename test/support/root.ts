import path from 'node:path';

const above = path.resolve(__dirname, '../..');

/** The repository's folder: tests are run from their sources, benchmarks from `dist`. */
export const ROOT = path.basename(above) === 'dist' ? path.dirname(above) : above;
