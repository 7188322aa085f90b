import { buffer } from 'node:stream/consumers';
import { Entry, open, ZipFile } from 'yauzl';

/** More than any recall's case unpacks to; what claims more is refused before it is unpacked. */
const UNPACKED_MAX = 4 * 1024 ** 3;

/** All files of a zip by their path. Sums of the zip itself are checked while it is read. @throws on a file that is no zip */
export async function readZip(file: string): Promise<ReadonlyMap<string, Buffer>> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    open(file, { lazyEntries: true, autoClose: true }, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  const files = new Map<string, Buffer>();
  let unpacked = 0;
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry: Entry) => {
      unpacked += entry.uncompressedSize;
      if (unpacked > UNPACKED_MAX) reject(new Error('it unpacks to more than 4 GiB'));
      else if (files.has(entry.fileName)) reject(new Error(`${entry.fileName} is in it twice`));
      else
        contentOf(zip, entry)
          .then((content) => {
            files.set(entry.fileName, content);
            zip.readEntry();
          })
          .catch(reject);
    });
    zip.readEntry();
  });
  return files;
}

async function contentOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  return buffer(stream);
}
