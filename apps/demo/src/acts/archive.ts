import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { verifyArchive } from '@suyuan/recall/archive';
import { claim } from '../claims';
import { Recall } from '../recall';
import { Stage } from '../stage';

/** The whole case as one file, checked without the server; the same file with one bit changed does not pass. */
export async function archive(stage: Stage, recall: Recall): Promise<void> {
  stage.narrator.begin('The whole case as one file, checked offline / 离线核验档案');
  const folder = await mkdtemp(path.join(tmpdir(), 'suyuan-demo-'));
  try {
    const file = path.join(folder, `${recall.id}.zip`);
    await writeFile(file, await stage.regulator.download(recall.path('archive')));
    const { publicKey: key } = await stage.admin.withKey(undefined).get<{ publicKey: string }>('/api/v1/check/blocklist/key');
    const verdict = await verifyArchive(file, key);
    claim('the archive is whole, and signed with the key of this server', verdict.valid, verdict.faults);
    const { manifest } = verdict;
    claim('it is of this recall', manifest?.recallId === recall.id, manifest?.recallId);
    const bytes = await readFile(file);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    await writeFile(file, bytes);
    const forged = await verifyArchive(file, key);
    claim('with one bit changed it is not', !forged.valid);
    stage.narrator.found(
      `${manifest?.files.length ?? 0} files, ${manifest?.chain.records ?? 0} chained records, ${Math.round(bytes.length / 1024)} KiB: valid (key ${verdict.keyFingerprint?.slice(0, 16) ?? ''}…); with one bit changed: refused`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
