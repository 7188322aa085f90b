/** Goes into every archive, for whoever finds it in ten years. */
export const README = `The case of one product recall, whole: 召回案卷

recall.json        the recall as it stood when this archive was made
records.ndjson     every fact of it, in the order it was recorded; each line names the SHA-256 of the line before
words.ndjson       what people wrote: the records carry ids of it ("pw-…"); "erased" for what is kept no more
proofs.ndjson      for each holder, how the goods came to it; the steps name the captured events
events.ndjson      those events (EPCIS 2.0), as they were sent
notices.ndjson     the newest notice to each holder, as the holder reads it
deliveries.ndjson  what was tried to bring each notice, and what came of it
regimes/           the laws as data that the recall ran under, with their sources
reports/           the reports

manifest.json      SHA-256 and size of every file above, and the end of the chain of records
manifest.sig       ed25519 signature (RFC 8032, base64) over "suyuan-recall-archive/1", a line feed, and manifest.json
public-key.pem     the key it is signed with; its fingerprint is published by whoever made the archive

To check it without any server: npm run suyuan -- verify-archive FILE
`;
