import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { found, never, openTestShell, processesWith, sandboxTest, until } from './testing'

const exited = (exitCode: number) => ({ kind: 'exited', exitCode })

sandboxTest('processes that fork for ever are ended, and the shell works again', async () => {
  const shell = openTestShell({ limits: { processes: 64 } })
  // The name cannot be mistaken for another process of this machine.
  const bomb = 'bomb910() { bomb910 | bomb910 & }; bomb910; wait; sleep 600'
  const told = await shell.run(bomb, { timeoutMs: 60_000, signal: never })
  expect(told).toMatchObject({ end: { kind: 'limit', limit: 'processes' }, isShellNew: true })
  expect((await shell.say('echo well')).output).toBe('well\n')
})

sandboxTest('processes left forking behind a command that ended are ended with it', async () => {
  const shell = openTestShell({ limits: { processes: 32 } })
  const told = await shell.say('for at in $(seq 64); do sleep 909.5 & done')
  expect(told.isShellNew).toBe(true)
  expect(processesWith('909.5')).toEqual([])
  expect((await shell.say('echo well')).output).toBe('well\n')
})

sandboxTest('output without end holds neither memory nor the event loop, and ends in time', async () => {
  const shell = openTestShell({ limits: { keptOutputBytes: 1_000_000 } })
  const before = process.memoryUsage().rss
  let turns = 0
  const count = setInterval(() => turns++, 10)
  const told = await shell.run('yes', { timeoutMs: 2_000, signal: never })
  clearInterval(count)
  expect(told.end).toEqual({ kind: 'timeout' })
  expect(told.outputBytes).toBeGreaterThan(1_000_000)
  expect(told.output.length).toBeLessThan(30_200)
  expect(turns).toBeGreaterThan(10)
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
})

sandboxTest('processes that ignore signals are ended', async () => {
  const shell = openTestShell()
  const told = await shell.run(`trap '' TERM INT HUP; while :; do sleep 898.5; done`, {
    timeoutMs: 200,
    signal: never,
  })
  expect(told.end).toEqual({ kind: 'timeout' })
  expect(processesWith('898.5')).toEqual([])
})

sandboxTest('a shell that stops itself and all others is ended', async () => {
  const shell = openTestShell()
  const told = await shell.run('sleep 887.5 & kill -STOP -1; kill -STOP $$; kill -STOP 1; sleep 887.5', {
    timeoutMs: 300,
    signal: never,
  })
  expect(told.end).toEqual({ kind: 'timeout' })
  expect(processesWith('887.5')).toEqual([])
})

sandboxTest('a sandbox that is stopped from outside is ended', async () => {
  const shell = openTestShell()
  const running = shell.run('sleep 876.5', { timeoutMs: 1_000, signal: never })
  await until(() => processesWith('876.5').length > 0)
  for (const pid of processesWith(shell.place())) process.kill(pid, 'SIGSTOP')
  expect((await running).end).toEqual({ kind: 'timeout' })
  // The kernel takes its moment to clear away what was killed.
  await until(() => processesWith(shell.place()).length === 0)
})

sandboxTest('a command never waits for input', async () => {
  const shell = openTestShell()
  expect(await shell.say('cat; read line; echo "[$line]"')).toMatchObject({ output: '[]\n' })
  expect((await shell.say('cat < /dev/tty')).end).toEqual(exited(1))
  await shell.say(
    'git init -q . && touch a && git add a && git config user.name a && git config user.email a@b',
  )
  const commit = await shell.say('git commit')
  expect(commit.end.kind).toBe('exited')
  expect(commit.end).not.toEqual(exited(0))
  expect((await shell.say('python3 -c "input()"')).end).toEqual(exited(1))
  // An editor that finds its input at an end waits for it on what it prints to.
  expect((await shell.run('vi a', { timeoutMs: 500, signal: never })).end.kind).not.toBe('not-started')
  expect((await shell.say('echo > /dev/stderr; echo well > /dev/stdout')).output).toBe('\nwell\n')
})

sandboxTest('a work folder that is filled ends the command, and can be cleared', async () => {
  const shell = openTestShell({ limits: { diskBytes: 20_000_000 } })
  const told = await shell.say(
    'for at in $(seq 1000); do head -c 5000000 /dev/urandom > big$at; sleep 0.05; done',
  )
  expect(told.end).toEqual({ kind: 'limit', limit: 'disk' })
  expect((await shell.say('rm big*; sleep 1.2; ls')).end).toEqual(exited(0))
})

sandboxTest('one file, temporary files, shared memory and HOME have their bounds', async () => {
  const shell = openTestShell({ limits: { fileBytes: 1_000_000, temporaryBytes: 4_000_000 } })
  const write = (file: string) => `head -c 9000000 /dev/zero > ${file}`
  expect((await shell.say(write('big'))).end).not.toEqual(exited(0))
  expect(statSync(join(shell.work, 'big')).size).toBeLessThanOrEqual(1_000_448)
  const many = (folder: string) =>
    `for at in $(seq 40); do head -c 500000 /dev/zero > ${folder}/$at || exit 9; done`
  for (const folder of ['/tmp', '/dev/shm', '$HOME'])
    expect((await shell.say(many(folder))).end, folder).toEqual(exited(9))
})

sandboxTest('memory is bounded', async () => {
  const shell = openTestShell({ limits: { memoryBytes: 200_000_000 } })
  const hungry = `python3 -c "held = []
while True: held.append(bytearray(10_000_000))"`
  const told = await shell.say(hungry)
  expect(told.end).not.toEqual(exited(0))
  if (found.kind === 'bubblewrap' && found.limits !== 'rlimits') expect(told.metLimit).toBe('memory')
  expect((await shell.say('echo well')).output).toBe('well\n')
})

sandboxTest('nothing of the server or of other people can be read', async () => {
  const secret = mkdtempSync(join(homedir(), '.skein-secret-'))
  onTestFinished(() => rmSync(secret, { recursive: true, force: true }))
  writeFileSync(join(secret, 'key'), 'sk-never')
  process.env.SKEIN_TEST_SECRET = 'sk-never'
  onTestFinished(() => {
    delete process.env.SKEIN_TEST_SECRET
  })
  const shell = openTestShell()
  await shell.say('true')
  const outside = [
    ...['/etc/shadow', '/etc/gshadow', '/etc/sudoers', '/etc/ssl/private', '/etc/ssh', '/etc/gitconfig'],
    ...[
      '/sys',
      '/var',
      '/root',
      '/boot',
      '/run/skein/../systemd',
      secret,
      join(secret, 'key'),
      shell.place(),
    ],
    ...['/proc/kcore', '/proc/1/root/root', '/proc/1/cwd/..//root'],
  ]
  for (const path of outside)
    expect((await shell.say(`cat ${path} 2>&1 || ls ${path}`)).end, path).not.toEqual(exited(0))
  const environments = await shell.say(
    'cat /proc/*/environ /proc/*/cmdline | tr "\\0" "\\n"; env; ps aux 2>/dev/null',
  )
  for (const word of ['sk-never', 'SKEIN_TEST', 'vitest']) expect(environments.output).not.toContain(word)
  expect((await shell.say('ls /home /run')).output).toBe('/home:\nagent\nsomebody\n\n/run:\nskein\n')
  expect((await shell.say('ls -d /proc/[0-9]* | wc -l')).output.trim()).toMatch(/^\d$/)
})

sandboxTest('nothing can be written outside the work folder', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'skein-outside-'))
  onTestFinished(() => rmSync(outside, { recursive: true, force: true }))
  const shell = openTestShell()
  mkdirSync(join(shell.work, 'deep'))
  symlinkSync(outside, join(shell.work, 'deep', 'link'))
  const places = [
    '/usr/x',
    '/etc/x',
    '/x',
    '/dev/x',
    '/home/x',
    '/home/somebody/x',
    '../x',
    '/run/skein/x',
    '/opt/x',
  ]
  for (const path of [...places, `${outside}/x`, 'deep/link/x', '/proc/sys/kernel/x'])
    expect((await shell.say(`echo x > ${path}`)).end, path).toEqual(exited(1))
  await shell.say(
    `echo x > /tmp/skein-leaked; echo x > /dev/shm/skein-leaked; mkdir -p ${outside}; echo x > ${outside}/x`,
  )
  expect(existsSync(join(outside, 'x'))).toBe(false)
  expect(existsSync('/tmp/skein-leaked') || existsSync('/dev/shm/skein-leaked')).toBe(false)
})

sandboxTest("the kernel's settings are read-only, even where the server is root", async () => {
  const shell = openTestShell()
  // Each is written what it is already: a sandbox that lets it through does no harm here.
  for (const name of ['kernel/core_pattern', 'kernel/panic', 'vm/overcommit_memory', 'kernel/hostname'])
    expect(
      (await shell.say(`value=$(cat /proc/sys/${name}) && echo "$value" > /proc/sys/${name}`)).end,
      name,
    ).toEqual(exited(1))
  expect((await shell.say('find /proc/sys /proc/irq /proc/bus -type f -writable | head')).output).toBe('')
  expect((await shell.say('ls /proc/sysrq-trigger && test -w /proc/sysrq-trigger')).end).not.toEqual(
    exited(0),
  )
})

sandboxTest('no capability is left, and none is to be had', async () => {
  const shell = openTestShell()
  const status = (await shell.say('cat /proc/self/status')).output
  for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
    expect(status).toMatch(new RegExp(`${set}:\\s+0{16}`))
  expect(status).toMatch(/NoNewPrivs:\s+1/)
  const tries = [
    'mount -t tmpfs x /mnt',
    'unshare -U true',
    'unshare -n true',
    'umount /proc/sys',
    'chroot / true',
    'su -c true',
    'mknod d b 7 0',
    'renice -n -5 $$',
    'ulimit -f unlimited',
    'mount -o remount,rw /usr',
  ]
  for (const command of tries) expect((await shell.say(command)).end, command).not.toEqual(exited(0))
  await shell.say('cp /bin/bash ./raised; chmod 4755 ./raised')
  expect((await shell.say('./raised -p -c "id -u"')).output).toBe('1000\n')
  expect((await shell.say('ulimit -c; cat /proc/self/stat | cut -d" " -f19')).output).toBe('0\n10\n')
})

sandboxTest('processes of the server can be neither seen nor signalled nor traced', async () => {
  const shell = openTestShell()
  const { output } = await shell.say(`kill -0 ${process.pid} 2>&1; ls /proc/${process.pid} 2>&1; kill -9 -1`)
  expect(output).toContain(`(${process.pid}) - No such process`)
  expect(output).toContain(`'/proc/${process.pid}': No such file`)
  const trace = `python3 - <<'END'
import ctypes
libc = ctypes.CDLL(None)
print(libc.ptrace(16, ${process.pid}, 0, 0))
END`
  expect((await shell.say(trace)).output).toBe('-1\n')
})

sandboxTest('there is no network: not this machine, not another, not by sockets in files', async () => {
  const server = createServer((socket) => socket.end('reached')).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const shell = openTestShell()
  const connect = (host: string, to: number) => `exec 3<>/dev/tcp/${host}/${to} && cat <&3`
  for (const host of ['127.0.0.1', 'localhost', '192.0.2.1', '169.254.169.254', 'example.com', '::1']) {
    const told = await shell.say(`(${connect(host, port)})`)
    expect(told.end, host).toEqual(exited(1))
    expect(told.output).not.toContain('reached')
  }
  expect((await shell.say('cat /proc/net/dev | tail -n +3 | cut -d: -f1')).output.trim()).toBe('lo')
  expect((await shell.say('find / -type s 2>/dev/null')).output).toBe('')
})

sandboxTest('two sessions at once see nothing of each other', async () => {
  const [one, other] = [openTestShell(), openTestShell()]
  await one.say('echo mine > /tmp/mine; echo mine > $HOME/mine; echo mine > /dev/shm/mine; sleep 865.5 &')
  expect((await other.say('ls /tmp $HOME /dev/shm; ps ax 2>/dev/null | grep -c "865[.]5"')).output).toBe(
    '/dev/shm:\n\n/home/agent:\n\n/tmp:\noutput\n0\n',
  )
  expect((await one.say('cat /tmp/mine')).output).toBe('mine\n')
})

sandboxTest('a shell whose channel is closed or fed by its own commands is ended in time', async () => {
  const shell = openTestShell()
  const told = await shell.run('for at in $(ls /proc/$$/fd); do eval "exec $at>&-"; done', {
    timeoutMs: 1_000,
    signal: never,
  })
  expect(['timeout', 'exited']).toContain(told.end.kind)
  expect((await shell.say('echo well')).output).toBe('well\n')
  const fed = await shell.run('(echo "7 x" > /proc/$$/fd/100) 2>/dev/null; echo done', {
    timeoutMs: 1_000,
    signal: never,
  })
  expect(fed.output).toBe('done\n')
  await shell.run('unset -f builtin; builtin() { :; }; source() { :; }', { timeoutMs: 500, signal: never })
  expect((await shell.run('exit', { timeoutMs: 500, signal: never })).isShellNew).toBe(true)
  expect((await shell.say('echo well')).output).toBe('well\n')
})

sandboxTest('deep and odd names do not keep what a shell wrote from being removed', async () => {
  const shell = openTestShell()
  await shell.say('d=d; for at in $(seq 200); do d=$d/d; done; mkdir -p $d; touch "a\nb" -- -rf')
  const place = shell.place()
  await shell.close()
  expect(existsSync(place)).toBe(false)
})
