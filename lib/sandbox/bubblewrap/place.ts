import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { placeFolders } from './arguments'
import { AGENT_HOME, AGENT_ID } from './system-view'

const etcFiles: Record<string, string> = {
  passwd: `root:x:0:0::/nonexistent:/usr/sbin/nologin\nagent:x:${AGENT_ID}:${AGENT_ID}::${AGENT_HOME}:/bin/bash\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n`,
  group: `root:x:0:\nagent:x:${AGENT_ID}:\nnogroup:x:65534:\n`,
  hosts: '127.0.0.1 localhost sandbox\n::1 localhost\n',
  'resolv.conf': '# Names are looked up outside, by the proxy for allowed hosts.\n',
}

/** Makes the folders of a sandbox's place, which only the server's user may enter. */
export function preparePlace(place: string): void {
  for (const name of Object.values(placeFolders))
    mkdirSync(join(place, name), { recursive: true, mode: 0o700 })
  for (const [name, text] of Object.entries(etcFiles))
    writeFileSync(join(place, placeFolders.etc, name), text)
}
