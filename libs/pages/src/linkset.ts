import { Identifier } from '@suyuan/gs1';

/** GS1 Web Vocabulary, where the link types are defined. */
export const GS1_VOC = 'https://ref.gs1.org/voc/';

export interface LinkTarget {
  readonly href: string;
  readonly title: string;
  readonly type: string;
  readonly hreflang?: readonly string[];
}

export interface Linkset {
  readonly linkset: readonly Readonly<Record<string, string | readonly LinkTarget[]>>[];
}

/**
 * What this server knows to offer about a code, as a linkset (RFC 9264, 4.2) with the link types of GS1.
 *
 * @param path of the code on this server, `/01/…`.
 * @param base public address of this server, without a slash at its end.
 */
export function linksetOf(code: Identifier, path: string, base: string, name: string | undefined): Linkset {
  const title = name ?? `GTIN ${code.gtin ?? ''}`;
  const page: LinkTarget = { href: `${base}${path}`, title, type: 'text/html', hreflang: ['zh-CN', 'en'] };
  const anchor = `https://id.gs1.org${path}`;
  const asCode = encodeURIComponent(anchor);
  return {
    linkset: [
      {
        anchor,
        itemDescription: title,
        [`${GS1_VOC}defaultLink`]: [page],
        [`${GS1_VOC}pip`]: [page],
        [`${GS1_VOC}recallStatus`]: [
          { href: `${base}/api/v1/check/${asCode}`, title: `Recall status: ${title}`, type: 'application/json' },
        ],
        [`${GS1_VOC}traceability`]: [
          { href: `${base}/api/v1/trace/${asCode}`, title: `Trace: ${title}`, type: 'application/json' },
        ],
        [`${GS1_VOC}epcis`]: [
          { href: `${base}/epcis/events?MATCH_anyEPC=${asCode}`, title: `EPCIS events: ${title}`, type: 'application/json' },
        ],
      },
    ],
  };
}

/** The first link of a type asked for as `gs1:recallStatus`, `recallStatus` or its full address. */
export function linkOfType(linkset: Linkset, linkType: string): LinkTarget | undefined {
  const word = linkType.replace(/^gs1:|^https?:\/\/(www\.|ref\.)?gs1\.org\/voc\//, '');
  const links = linkset.linkset[0]?.[`${GS1_VOC}${word}`];
  return typeof links === 'string' ? undefined : links?.[0];
}
