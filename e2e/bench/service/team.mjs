// npm run bench:team: what a team costs the server: 200 people who are signed in and watch one run beside ten who
// do, and what a request pays for being asked who it is and whether that one may. Linux only; build first.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuSeconds, freePort, median, root, startSimulator, startSkein } from '../processes.mjs'
import { script } from '../work.mjs'

const AGENTS = 1000
const FEW = 10
const MANY = 200
const ROUNDS = 3
const REQUESTS = 600
const wanted = { ratio: 1.25, roleCheckMs: 0.2 }
const password = 'correct horse battery'

if (!existsSync(join(root, '.next/BUILD_ID'))) {
  console.error('Build first: npm run build')
  process.exit(1)
}
const folder = mkdtempSync(join(tmpdir(), 'skein-team-bench-'))
const simulator = await startSimulator()
const servers = []
try {
  const alone = await start('alone', {})
  const team = await start('team', { SKEIN_AUTH: 'team' })
  const [, token] = await team.said(/invitation#([\w-]+)/)
  const owner = await accept(team.url, token, 'owner')
  await roleCheck(alone.url, team.url, owner)
  await alone.kill()
  const people = await invite(team.url, owner, MANY)
  await watched(team, owner, people)
} finally {
  for (const server of servers) await server.kill()
  simulator.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function start(name, more) {
  const dataDir = join(folder, name)
  const server = await startSkein({ baseUrl: simulator.url, dataDir, port: await freePort(), more })
  servers.push(server)
  return server
}

/** Makes an account by a link, and gives its session as a browser would send it. */
async function accept(url, token, name) {
  const body = { token, name, email: `${name}@example.org`, password }
  const answer = await send(url, 'POST', '/api/invitations/accept', { body })
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

async function invite(url, owner, count) {
  const people = []
  for (let at = 0; at < count; at += 1) {
    const answer = await send(url, 'POST', '/api/invitations', { cookie: owner, body: { role: 'viewer' } })
    const { link } = await answer.json()
    people.push(await accept(url, link.slice(link.indexOf('#') + 1), `watcher${at}`))
  }
  return people
}

async function send(url, method, path, { body, cookie } = {}) {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      origin: url,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(cookie === undefined ? {} : { cookie }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer
}

/** The same question to a server without accounts and to one with, in turn. */
async function roleCheck(alone, team, cookie) {
  const path = '/api/models'
  const ask = async (url, more) => {
    const began = performance.now()
    await (await send(url, 'GET', path, more)).arrayBuffer()
    return performance.now() - began
  }
  const open = []
  const checked = []
  for (let at = 0; at < REQUESTS; at += 1) {
    const first = await ask(alone, {})
    const second = await ask(team, { cookie })
    // The first of them load code.
    if (at < REQUESTS / 6) continue
    open.push(first)
    checked.push(second)
  }
  const added = median(checked) - median(open)
  console.log(
    `\nA request that is asked who it is   median ${median(checked).toFixed(3)} ms, of a server without accounts ${median(open).toFixed(3)} ms: ${added.toFixed(3)} ms more   (wanted: below ${wanted.roleCheckMs})`,
  )
}

async function watched(server, owner, people) {
  await send(server.url, 'PUT', '/api/settings', { cookie: owner, body: { dayCapUsd: null } })
  await cost(server, owner, people.slice(0, FEW))
  const rounds = []
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push({
      few: await cost(server, owner, people.slice(0, FEW)),
      many: await cost(server, owner, people),
    })
  const of = (name) => median(rounds.map((round) => round[name]))
  const ratio = median(rounds.map(({ few, many }) => many / few))
  console.log(
    `\n${MANY} watchers beside ${FEW}, each signed in: ${AGENTS} agents of 100 tokens at 50 a second; median of ${ROUNDS} rounds`,
  )
  console.log(
    `  server's CPU   ${FEW} ${of('few').toFixed(2)} s   ${MANY} ${of('many').toFixed(2)} s   ratio ${ratio.toFixed(3)}   (wanted: at most ${wanted.ratio})`,
  )
}

/** CPU seconds of the server from the launch to its end, with an event stream open for each of them. */
async function cost({ url, pid }, owner, watchers) {
  const limits = { usd: null, agents: AGENTS + 10 }
  const before = cpuSeconds(pid)
  const body = { script: script(AGENTS), limits, approval: 'auto' }
  const { id } = await (await send(url, 'POST', '/api/runs', { cookie: owner, body })).json()
  const bytes = await Promise.all(watchers.map((cookie) => drink(url, id, cookie)))
  if (bytes.some((one) => one < 100_000))
    throw new Error(`A watcher heard next to nothing: ${Math.min(...bytes)}`)
  return cpuSeconds(pid) - before
}

/** Reads a stream to its end and gives its length. */
async function drink(url, id, cookie) {
  const answer = await fetch(`${url}/api/runs/${id}/events`, {
    headers: { accept: 'text/event-stream', cookie },
  })
  if (!answer.ok) throw new Error(`A watcher was refused: ${answer.status}`)
  let bytes = 0
  for await (const chunk of answer.body) bytes += chunk.length
  return bytes
}
