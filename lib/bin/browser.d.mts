/** Where a Chromium for the browser tests is: its file, Playwright's own, or nowhere. */
export type Browser = { kind: 'file'; path: string } | { kind: 'own' } | { kind: 'none' }

export function findBrowser(): Browser
/** Finds a browser, or installs one; stops with a sentence when neither can be done. */
export function bringBrowser(): Promise<void>
