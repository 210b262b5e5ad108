import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createVirtualClock } from '@/lib/core/testing/virtual-clock'
import { createCommandQueue } from '../queue/command-queue'
import { never, openTestShell, processesWith, SEEN_AT, sandboxTest, until } from '../testing'

sandboxTest('a command tells its exit code, both streams in their order, and where it ended', async () => {
  const shell = openTestShell()
  const told = await shell.say('echo one; echo two >&2; echo three; cd /tmp; (exit 7)')
  expect(told).toMatchObject({
    end: { kind: 'exited', exitCode: 7 },
    output: 'one\ntwo\nthree\n',
    outputBytes: 14,
    isCut: false,
    outputFile: null,
    folder: '/tmp',
    isShellNew: false,
  })
})

sandboxTest('folder, variables and functions last from one command to the next', async () => {
  const shell = openTestShell()
  await shell.say('mkdir deep; cd deep; export NAME=value; hello() { echo "hello $1"; }')
  expect((await shell.say('pwd; printenv NAME; hello you')).output).toBe(
    `${SEEN_AT}/deep\nvalue\nhello you\n`,
  )
  const elsewhere = await shell.run('pwd', { timeoutMs: 60_000, signal: never, cwd: "/tmp/it's" })
  expect(elsewhere.end).toEqual({ kind: 'exited', exitCode: 1 })
  const asked = await shell.run('pwd', { timeoutMs: 60_000, signal: never, cwd: '/usr' })
  expect(asked).toMatchObject({ output: '/usr\n', folder: '/usr' })
})

sandboxTest(
  'files written at the path of the workspace are in the work folder, and the other way',
  async () => {
    const shell = openTestShell()
    writeFileSync(join(shell.work, 'given.txt'), 'given')
    await shell.say(`cat given.txt > ${SEEN_AT}/made.txt`)
    expect(readFileSync(join(shell.work, 'made.txt'), 'utf8')).toBe('given')
  },
)

sandboxTest.each([
  ['exit 3', 3],
  ['kill -9 $$', 137],
  ['exec sh -c "exit 4"', 4],
  ['set -e; false; echo never', 1],
])('%s ends the shell, and the next command works where it was', async (command, exitCode) => {
  const shell = openTestShell()
  await shell.say('cd /usr; KEPT=1')
  expect(await shell.say(command)).toMatchObject({ end: { kind: 'exited', exitCode }, isShellNew: true })
  expect(await shell.say('pwd; echo "[$KEPT]"')).toMatchObject({ output: '/usr\n[]\n', isShellNew: false })
})

sandboxTest('a command that takes too long is ended, with what it printed so far', async () => {
  const shell = openTestShell()
  const told = await shell.run('echo begun; sleep 987.125 & sleep 987.125', { timeoutMs: 300, signal: never })
  expect(told).toMatchObject({ end: { kind: 'timeout' }, output: 'begun\n', isShellNew: true })
  expect(processesWith('987.125')).toEqual([])
  expect((await shell.say('echo again')).output).toBe('again\n')
})

sandboxTest('a machine that slept through the time of a command does not end it', async () => {
  const clock = createVirtualClock()
  const shell = openTestShell({ clock })
  const told = shell.run('sleep 976.5', { timeoutMs: 60_000, signal: never })
  await until(() => processesWith('976.5').length > 0)
  clock.skip(3_600_000)
  clock.advance(59_000)
  expect(processesWith('976.5').length).toBeGreaterThan(0)
  clock.advance(2_000)
  expect((await told).end).toEqual({ kind: 'timeout' })
  expect(processesWith('976.5')).toEqual([])
})

sandboxTest('a command is cancelled by its signal, at work and while it waits', async () => {
  const shell = openTestShell()
  const [first, second] = [new AbortController(), new AbortController()]
  const running = shell.run('sleep 965.5', { timeoutMs: 60_000, signal: first.signal })
  const waiting = shell.run('touch never', { timeoutMs: 60_000, signal: second.signal })
  await until(() => processesWith('965.5').length > 0)
  second.abort()
  expect((await waiting).end).toEqual({ kind: 'cancelled' })
  const behind = shell.say('echo behind')
  expect(processesWith('965.5').length).toBeGreaterThan(0)
  first.abort()
  expect((await running).end).toEqual({ kind: 'cancelled' })
  expect((await behind).output).toBe('behind\n')
  expect(existsSync(join(shell.work, 'never'))).toBe(false)
})

sandboxTest('commands of one shell asked at once run one after another', async () => {
  const shell = openTestShell()
  const asked = [1, 2, 3].map((number) => shell.say(`echo ${number} >> order; sleep 0.02; cat order`))
  expect((await Promise.all(asked)).map(({ output }) => output)).toEqual(['1\n', '1\n2\n', '1\n2\n3\n'])
})

sandboxTest('closing ends a command at work and removes all that was made for the shell', async () => {
  const shell = openTestShell()
  const running = shell.say('sleep 954.5')
  await until(() => processesWith('954.5').length > 0)
  const place = shell.place()
  const cgroups = existsSync(join(place, 'cgroups')) ? readFileSync(join(place, 'cgroups'), 'utf8') : ''
  await shell.close()
  expect((await running).end).toEqual({ kind: 'cancelled' })
  expect((await shell.say('echo late')).end).toEqual({ kind: 'cancelled' })
  expect(processesWith('954.5')).toEqual([])
  expect(existsSync(place)).toBe(false)
  expect(cgroups.split('\n').filter((folder) => folder !== '' && existsSync(folder))).toEqual([])
})

sandboxTest('a shell closes with its signal', async () => {
  const run = new AbortController()
  const shell = openTestShell({ signal: run.signal })
  const running = shell.say('sleep 943.5')
  await until(() => processesWith('943.5').length > 0)
  const place = shell.place()
  run.abort()
  expect((await running).end).toEqual({ kind: 'cancelled' })
  await until(() => !existsSync(place))
})

sandboxTest('what runs in the background goes on between commands, and ends with the shell', async () => {
  const shell = openTestShell()
  await shell.say(
    'sleep 932.5 & setsid sleep 932.5 & nohup sleep 932.5 >/dev/null & (setsid sh -c "sleep 932.5 & exit" &)',
  )
  expect((await shell.say('jobs -p | wc -l')).end).toEqual({ kind: 'exited', exitCode: 0 })
  await until(() => processesWith('932.5').length >= 4)
  await shell.close()
  expect(processesWith('932.5')).toEqual([])
})

sandboxTest('what the background prints between two commands is told with the second', async () => {
  const shell = openTestShell()
  await shell.say('(until [ -e go ]; do sleep 0.01; done; echo from behind; touch said) &')
  writeFileSync(join(shell.work, 'go'), '')
  await until(() => existsSync(join(shell.work, 'said')))
  expect((await shell.say('echo now')).output).toBe('from behind\nnow\n')
})

sandboxTest('long output is shown by its ends, and can be read in parts', async () => {
  const shell = openTestShell()
  const told = await shell.say('seq 1 100000')
  expect(told).toMatchObject({ isCut: true, outputBytes: 588_895, outputFile: '/tmp/output/1.txt' })
  expect(told.output.length).toBeLessThan(30_200)
  expect(told.output.startsWith('1\n2\n3\n')).toBe(true)
  expect(told.output.endsWith('\n99999\n100000\n')).toBe(true)
  expect(told.output).toContain('All 588,895 bytes are in /tmp/output/1.txt')
  expect((await shell.say('sed -n 54321p /tmp/output/1.txt; wc -l < /tmp/output/1.txt')).output).toBe(
    '54321\n100000\n',
  )
  expect((await shell.say('echo x > /tmp/output/1.txt')).end).toEqual({ kind: 'exited', exitCode: 1 })
})

sandboxTest(
  'output beyond what is kept is counted and dropped, and the command ends as it would',
  async () => {
    const shell = openTestShell({ limits: { keptOutputBytes: 200_000 } })
    const told = await shell.say('head -c 3000000 /dev/zero | tr "\\0" x; echo end')
    expect(told).toMatchObject({ end: { kind: 'exited', exitCode: 0 }, outputBytes: 3_000_004 })
    expect(told.output).toContain('The first 200,000 of 3,000,004 bytes are in')
    expect(told.output.endsWith('xend\n')).toBe(true)
    expect((await shell.say('wc -c < /tmp/output/1.txt')).output).toBe('200000\n')
  },
)

sandboxTest('output that is no text is told without what no reader takes', async () => {
  const shell = openTestShell()
  const told = await shell.say('printf "a\\0b\\xff\\x01c\\n"; printf "\\0mark 0 /\\0"')
  expect(told).toMatchObject({ end: { kind: 'exited', exitCode: 0 }, outputBytes: 17 })
  expect(told.output).toBe('a\ufffdb\ufffd\ufffdc\n\ufffdmark 0 /\ufffd')
})

sandboxTest('commands of any text are taken', async () => {
  const shell = openTestShell()
  const heredoc = 'cat <<\'END\'\nit\'s "quoted" $HOME\nEND\necho "$(cat <<X\n$((1+1))\nX\n)"'
  expect((await shell.say(heredoc)).output).toBe('it\'s "quoted" $HOME\n2\n')
  expect((await shell.say(`echo '${'x'.repeat(200_000)}' | wc -c`)).output).toBe('200001\n')
  const broken = await shell.say('echo "never closed')
  expect(broken.end).toEqual({ kind: 'exited', exitCode: 2 })
  expect(broken.output).toContain('unexpected EOF')
  expect((await shell.say('echo a\0b')).end).toEqual({
    kind: 'not-started',
    reason: 'The command holds a NUL character, which no shell can take.',
  })
  expect((await shell.say('cat <<NEVER\nopen')).output).toContain('open')
  expect((await shell.say('echo ä→🙂')).output).toBe('ä→🙂\n')
})

sandboxTest('a command that prints a mark of its own deceives nobody for long', async () => {
  const shell = openTestShell()
  const told = await shell.say('printf "\\0%s 0 /\\0" "$SKEIN_MARK"; echo after')
  expect(told).toMatchObject({ end: { kind: 'exited', exitCode: 0 }, output: '' })
  expect((await shell.say('echo next')).end).toEqual({ kind: 'exited', exitCode: 0 })
})

sandboxTest('a work folder that is removed under a shell is told, and harms nobody', async () => {
  const shell = openTestShell()
  await shell.say('echo a > a')
  rmSync(shell.work, { recursive: true })
  expect((await shell.say('echo b > b')).end).toEqual({ kind: 'exited', exitCode: 1 })
  await shell.say('exit')
  const { end } = await shell.say('echo c')
  expect(end.kind).toBe('not-started')
  expect(end.kind === 'not-started' && end.reason).toContain('The sandbox did not start')
})

sandboxTest('folders are shown read-only, or as copies that leave the folder as it is', async () => {
  const other = openTestShell()
  writeFileSync(join(other.work, 'dependency.js'), 'original')
  chmodSync(other.work, 0o755)
  const shell = openTestShell({
    readOnlyFolders: [{ from: other.work, to: `${SEEN_AT}/vendor` }],
    copyOnWriteFolders: [{ from: other.work, to: `${SEEN_AT}/node_modules` }],
  })
  expect((await shell.say('echo changed > vendor/dependency.js')).end).toEqual({
    kind: 'exited',
    exitCode: 1,
  })
  await shell.say('echo changed > node_modules/dependency.js; echo new > node_modules/new.js; exit')
  expect((await shell.say('cat node_modules/*')).output).toBe('changed\nnew\n')
  expect(readFileSync(join(other.work, 'dependency.js'), 'utf8')).toBe('original')
  expect(readdirSync(other.work)).toEqual(['dependency.js'])
})

sandboxTest('a command waits for a slot, is told so, and gives it back however it ends', async () => {
  const queue = createCommandQueue(1)
  const [one, other] = [openTestShell({ queue, owner: 'one' }), openTestShell({ queue, owner: 'other' })]
  const stop = new AbortController()
  const first = one.run('sleep 921.5', { timeoutMs: 60_000, signal: stop.signal })
  await until(() => processesWith('921.5').length > 0)
  const told: number[] = []
  const second = other.run('echo mine', {
    timeoutMs: 60_000,
    signal: never,
    onWait: (ahead) => told.push(ahead),
  })
  await until(() => told.length > 0)
  expect(queue.load()).toEqual([
    { owner: 'other', waiting: 1, working: 0 },
    { owner: 'one', waiting: 0, working: 1 },
  ])
  stop.abort()
  await first
  expect((await second).output).toBe('mine\n')
  expect(told).toEqual([0])
  expect(queue.load()).toEqual([])
})

test('a variable that a shell cannot have is refused', () => {
  for (const [name = '', value = ''] of [['A-B'], [''], ['A', 'a\0b']])
    expect(() => openTestShell({ env: { [name]: value } })).toThrow('cannot be a variable of a shell')
})

sandboxTest('variables that are allowed reach commands, and nothing else does', async () => {
  const shell = openTestShell({ env: { TOKEN_OF_TEST: "it's = set" } })
  expect((await shell.say('printenv TOKEN_OF_TEST; printenv NODE_ENV VITEST')).output).toBe("it's = set\n")
})

test('a folder cannot be seen where the sandbox has its own, or at no plain path', () => {
  for (const path of [
    '/',
    '/usr',
    '/proc/1',
    '/tmp',
    '/home',
    '/run/skein/x',
    'relative',
    '/a/../etc',
    '/a/',
  ])
    expect(() => openTestShell({ mountedAt: path }), path).toThrow(/cannot be seen at|no plain absolute path/)
  expect(() => openTestShell({ mountedAt: '/usr/src/app' })).not.toThrow()
})
