/** Where a table stands in a Citus cluster. */
export type Placement =
  | { readonly kind: 'distributed'; readonly column: string; readonly group: string }
  | { readonly kind: 'reference' }
  | { readonly kind: 'local' };

/** By qualified name. */
export type CitusLayout = ReadonlyMap<string, Placement>;

const KINDS: readonly string[] = ['distributed', 'reference', 'local'];

/** The layout that a document's tables state: rows of `table | kind | column | group`, tables in backquotes. */
export function readLayout(markdown: string): CitusLayout {
  const layout = new Map<string, Placement>();
  for (const line of markdown.split('\n')) {
    const [names = '', kind = '', column = '', group = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    if (!KINDS.includes(kind)) continue;
    for (const [, name = ''] of names.matchAll(/`([a-z_.]+)`/g)) {
      const qualified = name.includes('.') ? name : `public.${name}`;
      if (layout.has(qualified)) throw new Error(`${name} stands in the layout twice`);
      layout.set(qualified, placementOf(kind, column.replaceAll('`', ''), group));
    }
  }
  return layout;
}

function placementOf(kind: string, column: string, group: string): Placement {
  if (kind === 'distributed') return { kind, column, group };
  return kind === 'reference' ? { kind } : { kind: 'local' };
}
