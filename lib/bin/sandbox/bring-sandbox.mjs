// What agents' commands run in. Skein works without it; then agents have no shell.
import { existsSync } from 'node:fs'
import { aptInstall, isDebianRoot } from '../machine.mjs'
import { say } from '../run.mjs'

/** Where lib/sandbox looks for it. */
const programs = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap', '/run/current-system/sw/bin/bwrap']

const thisMachine = {
  platform: process.platform,
  hasSandbox: () => programs.some((file) => existsSync(file)),
  canInstall: isDebianRoot,
  install: () => aptInstall(['bubblewrap'], 'some seconds'),
  say,
}

/** Installs bubblewrap where that asks nobody, else says in a line what is missing. Never fails a start. */
export async function bringSandbox(machine = thisMachine) {
  if (machine.platform !== 'linux')
    return machine.say('Agents will have no shell: the sandbox for their commands needs Linux.')
  if (machine.hasSandbox()) return
  if (machine.canInstall()) await machine.install().catch(() => false)
  if (machine.hasSandbox()) return
  machine.say(
    'Agents will have no shell: bubblewrap is not installed (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap).',
  )
}
