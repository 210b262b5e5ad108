/** What is asked of the machine that a sandbox is brought to. */
export type Machine = {
  platform: string
  hasSandbox(): boolean
  canInstall(): boolean
  install(): Promise<boolean>
  say(line: string): void
}

/** Installs bubblewrap where that asks nobody, else says in a line what is missing. Never fails a start. */
export function bringSandbox(machine?: Machine): Promise<void>
