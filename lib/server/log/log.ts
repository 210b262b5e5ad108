import { AsyncLocalStorage } from 'node:async_hooks'
import { cutText } from '@/lib/core/base/cut-text'
import { withoutSecrets } from '@/lib/view/export/secrets'

/** How grave a line is, from the least; a level is written with all that are graver. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** What a line is about, by ids alone. `request` is an id of the line's own request, `actor` who asked. */
export type LogFields = {
  run?: string | undefined
  agent?: string | undefined
  project?: string | undefined
  request?: string | undefined
  actor?: string | undefined
}

/** How lines are written: `secrets` are values that are taken out wherever they stand. */
export type LogSettings = { format: 'json' | 'text'; level: LogLevel; secrets: readonly string[] }

const LONGEST_MESSAGE = 4_000
const LONGEST_STACK = 8_000

type Shared = { settings: LogSettings; about: AsyncLocalStorage<LogFields> }

/**
 * One for the process. Next loads server modules more than once, so what they share is kept on the global object;
 * only data is kept there, behaviour is in functions.
 */
const KEY = Symbol.for('skein.log')
const holder: { [KEY]?: Shared } & typeof globalThis = globalThis

function shared(): Shared {
  // Before the environment is read, and in tests, nothing but what is amiss is told.
  holder[KEY] ??= {
    settings: { format: 'text', level: 'warn', secrets: [] },
    about: new AsyncLocalStorage(),
  }
  return holder[KEY]
}

/** Sets how this process writes its log, and gives back how it was. */
export function setLog(settings: LogSettings): LogSettings {
  const before = shared().settings
  shared().settings = settings
  return before
}

/** Every line that is written meanwhile, also in what this begins, is about this too. */
export function logAbout<T>(fields: LogFields, work: () => T): T {
  const { about } = shared()
  return about.run({ ...about.getStore(), ...fields }, work)
}

/** What is written from here on, of the work that is going on, is about this too. */
export function logAlso(fields: LogFields): void {
  Object.assign(shared().about.getStore() ?? {}, fields)
}

/** Whether lines of this level are written, for what would be dear to put together. */
export function isLogged(level: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(shared().settings.level)
}

/**
 * Writes a line: errors and warnings to standard error, others to standard output. What looks like a secret, and the
 * secrets of the settings, never stand in it; prompts, answers and titles are not to be given.
 */
export function log(level: LogLevel, message: string, fields: LogFields = {}, error?: unknown): void {
  if (!isLogged(level)) return
  const { settings, about } = shared()
  const hide = (text: string) => withoutSecrets(text, settings.secrets)
  const line = {
    time: new Date().toISOString(),
    level,
    message: cutText(hide(message), LONGEST_MESSAGE),
    ...about.getStore(),
    ...fields,
    ...(error === undefined ? {} : { error: describe(error, hide) }),
  }
  const text = settings.format === 'json' ? JSON.stringify(line) : textOf(line)
  writers[level](text)
}

/** Writes that something failed that nobody was told of. */
export function logError(error: unknown, fields: LogFields = {}): void {
  log('error', error instanceof Error ? error.message : String(error), fields, error)
}

/** Looked up as they are called: tests put theirs in place of the console's. */
const writers: Record<LogLevel, (line: string) => void> = {
  debug: (line) => console.info(line),
  info: (line) => console.info(line),
  warn: (line) => console.warn(line),
  error: (line) => console.error(line),
}

type Described = { name: string; message: string; stack: string }

function describe(error: unknown, hide: (text: string) => string): Described {
  const told = error instanceof Error ? error : new Error(String(error))
  const cause = told.cause instanceof Error ? `\ncaused by ${told.cause.stack ?? told.cause.message}` : ''
  return {
    name: told.name,
    message: cutText(hide(told.message), LONGEST_MESSAGE),
    stack: cutText(hide(`${told.stack ?? ''}${cause}`), LONGEST_STACK),
  }
}

/** A line for people: the time of day, what happened and to whom, and below it where an error came from. */
function textOf(
  line: LogFields & { time: string; level: LogLevel; message: string; error?: Described },
): string {
  const { run, agent, project, request, actor } = line
  const ids = Object.entries({ run, agent, project, request, actor }).flatMap(([name, id]) =>
    id === undefined ? [] : [`${name} ${id}`],
  )
  const about = ids.length === 0 ? '' : `  (${ids.join(', ')})`
  const grave = line.level === 'info' ? '' : `${line.level}: `
  const where = line.error === undefined ? '' : `\n${line.error.stack}`
  return `${line.time.slice(11, 19)} skein: ${grave}${line.message}${about}${where}`
}
