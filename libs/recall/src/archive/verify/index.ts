export { verifyArchive, type ArchiveVerdict } from './verify-archive';
export { readZip } from './read-zip';
