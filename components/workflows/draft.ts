/** What is being typed, and the digest of the version it began as. */
export type Draft = { source: string; basedOn: string }
