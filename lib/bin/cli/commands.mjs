// The commands of `skein`, each with what it takes.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CliError, callTool, codes, request, serverUrl } from './ask.mjs'
import { doctor } from './doctor.mjs'
import { forwardStdio } from './stdio.mjs'
import { watchRun } from './watch.mjs'

const help = `skein: runs of many agents, from a terminal or a pipeline

  skein launch <workflow> [folder]   --args JSON, --cap DOLLARS, --title TEXT, --tag TEXT, --dry-run, --watch
  skein runs                         the newest runs; --status running,paused
  skein watch <run>                  follows a run to its end, or until it waits for somebody
  skein answer <run> <question> <answer>   the answer is JSON, or plain text
  skein stop <run>
  skein export <run>                 --format md, html, json, report or sarif; --out FILE
  skein import claude [run]          workflow runs of Claude Code, or imports one; --from FOLDER
  skein keys [list]                  API keys
  skein keys make <name>             --role viewer|launcher|admin|owner, --launch-only, --days N
  skein keys revoke <key>
  skein doctor                       looks at this machine and folder; --json, --online asks the provider, too
  skein mcp                          the server as an MCP server over standard input and output

SKEIN_URL says where the server is (http://127.0.0.1:3000), SKEIN_API_KEY who asks.
Exit codes: 0 done, 1 the run failed or was stopped, 2 wrong usage, 3 it waits for a person, 4 no server, 5 refused.`

const options = {
  args: { type: 'string' },
  cap: { type: 'string' },
  title: { type: 'string' },
  tag: { type: 'string', multiple: true },
  'dry-run': { type: 'boolean' },
  watch: { type: 'boolean' },
  status: { type: 'string' },
  format: { type: 'string' },
  out: { type: 'string' },
  from: { type: 'string' },
  role: { type: 'string' },
  'launch-only': { type: 'boolean' },
  days: { type: 'string' },
  json: { type: 'boolean' },
  online: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
}

const commands = {
  launch,
  runs,
  watch,
  answer,
  stop,
  export: exportRun,
  import: importRuns,
  keys,
  doctor,
  mcp: forwardStdio,
}

/** Runs one command and gives the exit code. @param {string[]} argv */
export async function runCommand(argv) {
  const { positionals, values } = read(argv)
  const [name, ...rest] = positionals
  if (name === undefined || values.help === true) {
    say(help)
    return name === undefined && values.help !== true ? codes.usage : codes.completed
  }
  if (!Object.hasOwn(commands, name)) throw usage(`There is no command ${name}.`)
  return commands[name](rest, values)
}

function read(argv) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true })
  } catch (error) {
    throw usage(error.message)
  }
}

async function launch([workflow, folder], values) {
  if (workflow === undefined) throw usage('Say which workflow to launch.')
  const status = await callTool('launch', {
    workflow,
    ...(folder === undefined ? {} : { workspace: resolve(folder) }),
    ...(values.args === undefined ? {} : { args: jsonOf('--args', values.args) }),
    ...(values.cap === undefined ? {} : { limits: { usd: numberOf('--cap', values.cap) } }),
    ...(values.title === undefined ? {} : { title: values.title }),
    ...(values.tag === undefined ? {} : { tags: values.tag }),
    ...(values['dry-run'] === true ? { dryRun: true } : {}),
  })
  say(`${status.runId}  ${status.page}`)
  return values.watch === true ? watchRun(status.runId) : codes.completed
}

async function runs(_, { status }) {
  const { runs: found, total } = await callTool('status', status === undefined ? {} : { status })
  for (const run of found)
    say(`${run.runId}  ${run.status.padEnd(24)} $${run.spentUsd.toFixed(2).padStart(8)}  ${run.title}`)
  if (total > found.length) say(`… and ${total - found.length} more`)
  return codes.completed
}

async function watch([id]) {
  return watchRun(needed(id, 'the run'))
}

async function answer([id, questionId, given]) {
  const status = await callTool('answer', {
    runId: needed(id, 'the run'),
    questionId: needed(questionId, 'the question'),
    answer: answerOf(needed(given, 'the answer')),
  })
  say(`${status.runId} is ${status.status}`)
  return codes.completed
}

async function stop([id]) {
  const status = await callTool('stop', { runId: needed(id, 'the run') })
  say(`${status.runId} is ${status.status}`)
  return codes.completed
}

async function exportRun([id], { format = 'md', out }) {
  const query = new URLSearchParams({ format })
  const path = `/api/runs/${encodeURIComponent(needed(id, 'the run'))}/export?${query}`
  const text = await (await request(path)).text()
  if (out === undefined) process.stdout.write(text)
  else writeFileSync(out, text)
  return codes.completed
}

async function importRuns([program, name], { from }) {
  if (program !== 'claude') throw usage('Runs are imported from claude.')
  const where = from === undefined ? {} : { from: resolve(from) }
  const { folder, runs: found } = await (
    await request(`/api/imports/claude?${new URLSearchParams(where)}`)
  ).json()
  if (name === undefined) {
    for (const { run, state, agents, at, name: title, importedAs, hasChanged, problem } of found)
      say(
        [
          run,
          state.padEnd(10),
          `${agents} agents`.padStart(11),
          at.slice(0, 16),
          title,
          ...(problem === null ? [] : [problem]),
          ...(importedAs === null ? [] : [hasChanged ? `${importedAs}, has changed` : importedAs]),
        ].join('  '),
      )
    if (found.length === 0) say(`${folder} holds no workflow runs.`)
    return codes.completed
  }
  const asked = found.find(({ run }) => run === name)
  if (asked === undefined) throw new CliError(`${folder} holds no workflow run ${name}.`, codes.refused)
  const { project, session, run } = asked
  const body = { project, session, run, ...where }
  const told = await (await request('/api/imports/claude', { method: 'POST', body })).json()
  say(`${told.id}  ${serverUrl()}${told.url}`)
  say(`${told.outcome}: ${told.agents} agents, ${told.turns} answers; a fork reuses ${told.forkable}`)
  for (const { what, count } of told.skipped) say(`not read: ${what} (${count})`)
  if (told.forkProblem !== null) say(`not all calls were found in its script: ${told.forkProblem}`)
  return codes.completed
}

async function keys([act = 'list', which], values) {
  switch (act) {
    case 'list': {
      const { keys: found } = await (await request('/api/keys')).json()
      for (const { id, name, role, launchOnly, hint, expiresAt, revokedAt } of found)
        say(
          [
            id,
            name,
            launchOnly ? `${role}, launches only` : role,
            `…${hint}`,
            endOf(expiresAt, revokedAt),
          ].join('  '),
        )
      return codes.completed
    }
    case 'make': {
      const body = {
        name: needed(which, 'the name of the key'),
        ...(values.role === undefined ? {} : { role: values.role }),
        ...(values['launch-only'] === true ? { launchOnly: true } : {}),
        ...(values.days === undefined ? {} : { days: numberOf('--days', values.days) }),
      }
      const { key } = await (await request('/api/keys', { method: 'POST', body })).json()
      say(key)
      return codes.completed
    }
    case 'revoke':
      await request(`/api/keys/${encodeURIComponent(needed(which, 'the key'))}`, { method: 'DELETE' })
      return codes.completed
    default:
      throw usage(`keys cannot ${act}.`)
  }
}

function endOf(expiresAt, revokedAt) {
  if (revokedAt !== null) return 'revoked'
  return expiresAt === null ? 'until revoked' : `until ${expiresAt.slice(0, 10)}`
}

function needed(value, what) {
  if (value === undefined || value === '') throw usage(`Say ${what}.`)
  return value
}

function numberOf(name, text) {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) throw usage(`${name} takes a number.`)
  return number
}

function jsonOf(name, text) {
  try {
    return JSON.parse(text)
  } catch {
    throw usage(`${name} takes JSON.`)
  }
}

/** JSON as it is, and text that is none as text. */
function answerOf(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function usage(sentence) {
  return new CliError(`${sentence} \`skein --help\` lists the commands.`, codes.usage)
}

function say(line) {
  process.stdout.write(`${line}\n`)
}
