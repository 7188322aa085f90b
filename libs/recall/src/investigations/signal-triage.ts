/** What was judged of a signal. Being investigated outlasts a dismissal: what was too little alone may count beside others. */
export type SignalTriage =
  { readonly state: 'dismissed'; readonly reason: string } | { readonly state: 'investigated'; readonly investigationId: string };
