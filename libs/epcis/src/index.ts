export * from './canonical-event';
export { type Fault } from './fault';
export { readTime, type ReadTime } from './event-time';
export { eventHash, eventPrehash, type HashOptions } from './event-hash';
export { readEvent, type ReadEvent } from './read-event';
export { type DocumentHeader, readDocumentHeader, type ReadHeader } from './document-header';
export { type MasterDataElement } from './master-data';
