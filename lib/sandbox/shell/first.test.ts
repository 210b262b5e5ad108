import { mkdtempSync } from 'node:fs'
import { expect, test } from 'vitest'
import { realClock } from '@/lib/server/testing/real-clock'
import { bubblewrap } from '../bubblewrap/backend'
import { createCommandQueue } from '../queue/command-queue'
import { openShell } from './shell'

test('x', async () => {
  const b = bubblewrap(realClock)
  console.log(await b.find())
  const dir = mkdtempSync('/tmp/sbt-')
  const work = mkdtempSync('/tmp/sbw-')
  const shell = openShell({
    backend: b,
    queue: createCommandQueue(2),
    clock: realClock,
    places: dir,
    owner: 'a',
    workFolder: work,
    mountedAt: '/home/me/project',
    signal: new AbortController().signal,
  })
  const run = async (c: string, timeoutMs = 60000) => {
    const t = performance.now()
    const r = await shell.run(c, { timeoutMs, signal: new AbortController().signal })
    console.log(c.slice(0, 80), performance.now() - t, { ...r, output: r.output.slice(0, 300) })
  }
  await run('echo hi; pwd; ls -la; id; env')
  await run('cd /tmp; export A=3; false')
  await run('echo $A; pwd; cat /proc/1/environ; ulimit -a; cat /proc/self/cgroup')
  await run('exit 3')
  await run('echo $A $PWD')
  await run('kill -9 $$')
  await run('sleep 1000', 300)
  await run('yes', 3000)
  await run(':(){ :|:& };:; sleep 5')
  await run('seq 100000; cat /dev/zero | head -c 100')
  await run('ls -la /tmp/output; sed -n 100p /tmp/output/*')
  await shell.close()
})
