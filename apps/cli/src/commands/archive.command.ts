import { verifyArchive } from '@suyuan/recall/archive';
import { readFile } from 'node:fs/promises';
import { argument, Command, option } from '../command';
import { usageError } from '../exit-code';

/** Checks a recall's archive with nothing but the file: no server is asked. */
export const verifyArchiveCommand: Command = {
  name: 'verify-archive',
  usage: 'FILE [--key PEM-FILE]',
  summary: 'check the archive of a recall offline: signature, hashes, chain of records',
  options: { key: { type: 'string' } },
  run: async (context) => {
    const file = argument(context, 0, 'The archive');
    const keyFile = option(context, 'key');
    const key =
      keyFile === undefined
        ? undefined
        : await readFile(keyFile, 'utf8').catch((error: Error) => {
            throw usageError(`${keyFile}: ${error.message}`);
          });
    const { valid, faults, manifest, keyFingerprint } = await verifyArchive(file, key);
    const { output } = context;
    output.answer({ valid, faults, recallId: manifest?.recallId, madeAt: manifest?.madeAt, keyFingerprint }, () => [
      ...(manifest === undefined
        ? []
        : [
            `recall ${manifest.recallId}, archived ${manifest.madeAt}`,
            `${manifest.files.length} files, ${manifest.chain.records} records`,
            `signed by key ${keyFingerprint ?? '(unreadable)'}`,
          ]),
      ...faults.map((fault) => `WRONG: ${fault}`),
      valid ? 'The archive is whole and as it was signed.' : 'This archive is not what was signed.',
    ]);
    return valid;
  },
};
