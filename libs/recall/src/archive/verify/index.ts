export { verifyArchive, type ArchiveVerdict } from './verify-archive';
