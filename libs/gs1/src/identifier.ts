/**
 * The kinds of thing a code can name. `opaque` is any absolute URI that is no GS1 key we know: it is accepted and kept
 * verbatim, never refused (TRACE.md section 1).
 */
export type IdentifierKind =
  | 'instance' // 01 + 21 (SGTIN), 8006 + 21, 8010 + 8011, 01 + 235, 255 with serial …
  | 'lot' // 01 + 10 (LGTIN)
  | 'class' // 01 alone, or a class pattern
  | 'logistic-unit' // 00 (SSCC)
  | 'returnable' // 8003 with serial (GRAI)
  | 'asset' // 8004 (GIAI)
  | 'place' // 414 [+ 254] (GLN, SGLN)
  | 'party' // 417 (PGLN)
  | 'other' // a GS1 key that names neither goods nor places (GDTI, GSRN, GINC, …)
  | 'opaque';

/** One code, read: whatever its spelling was, equal things have equal `key`s. */
export interface Identifier {
  /** Canonical GS1 Digital Link path without domain or leading slash (`01/09506000134352/21/123`), or the opaque URI itself. */
  readonly key: string;
  readonly kind: IdentifierKind;
  /** GTIN-14, for `instance`, `lot` and `class` under AI 01. */
  readonly gtin?: string;
  readonly serial?: string;
  /** The lot this spelling states. An instance's key drops it (GS1 Digital Link), its link to the lot must not be lost. */
  readonly lot?: string;
}

/** Why a code was refused: `rule` is stable and machine-readable (`gs1/check-digit`), `message` is for people. */
export interface CodeError {
  readonly rule: string;
  readonly message: string;
}

export type ParsedCode =
  { readonly ok: true; readonly identifier: Identifier } | { readonly ok: false; readonly error: CodeError };
