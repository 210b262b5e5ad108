import { cutText } from '@/lib/core/base/cut-text'
import type { Json, JsonObject } from '@/lib/core/base/json'
import { pick } from '../../random'
import type { Finding } from '../finding'
import { type Material, textFor } from '../material'
import { namesKind, plain, roleOf, severityOf, verdictOf } from '../words'
import type { FillContext, FillPlace } from './fill-context'
import { formatValue, stringFor } from './strings'
import { isValid, matches } from './valid'

/**
 * Chooses among fixed values by what they mean: a verdict, a severity, a likeness to what was found; else by
 * position.
 */
export function chooseEnum(values: readonly Json[], place: FillPlace, context: FillContext): Json {
  const texts = values.filter((value) => typeof value === 'string')
  if (context.attempt > 4) return pick(context.random, values) ?? null
  const verdicts = texts.map(verdictOf)
  if (verdicts.includes(true) && verdicts.includes(false))
    return chooseVerdict(texts, verdicts, holdsOf(place, context.material)) ?? values[0] ?? null
  const severities = texts.map(severityOf)
  if (texts.length > 1 && severities.filter((severity) => severity !== null).length >= texts.length - 1) {
    return chooseSeverity(texts, severities, severityOfPlace(place, context))
  }
  if (place.role === 'verdict' && texts.length >= 2) {
    const holds = holdsOf(place, context.material)
    const decided = holds === true ? texts[0] : texts[1]
    return (holds === null ? texts.at(-1) : decided) ?? null
  }
  const kind = findingOf(place, context)?.category ?? ''
  const named = texts.find((text) => namesKind(text, kind))
  if (named !== undefined) return named
  const hints = hintsOf(place, context)
  const alike = texts.find((text) =>
    plain(text)
      .split(' ')
      .some((word) => word.length > 2 && hints.includes(word)),
  )
  if (alike !== undefined) return alike
  const other = texts.find((text) => /^(?:other|misc|general|sonstig|andere|otr|autre|その他)/i.test(text))
  return other ?? values.find((value) => value !== null) ?? values[0] ?? null
}

/** A boolean that is true of the material. */
export function fillBoolean(place: FillPlace, context: FillContext): boolean {
  if (context.attempt > 3) return context.random() < 0.5
  const { material } = context
  const negated = verdictOf(place.name) === false
  if (place.role === 'gaps') return material.gaps.length > 0
  if (place.role === 'complete') return material.gaps.length === 0
  if (negated) return holdsOf(place, context.material) === false
  if (material.hasClaims || place.role === 'verdict')
    return holdsOf(place, context.material) ?? material.findings.length > 0
  return place.subject.kind !== 'whole' || material.findings.length > 0
}

/** A number by its role, within the bounds. */
export function fillNumber(
  schema: JsonObject,
  isWhole: boolean,
  place: FillPlace,
  context: FillContext,
): number {
  const bound = (key: string) => (typeof schema[key] === 'number' ? Number(schema[key]) : undefined)
  const wholeUnit = isWhole ? 1 : undefined
  const unit = typeof schema.multipleOf === 'number' ? schema.multipleOf : wholeUnit
  const nudge = unit ?? 0.001
  const exclusiveLow = bound('exclusiveMinimum')
  const exclusiveHigh = bound('exclusiveMaximum')
  const low = Math.max(
    bound('minimum') ?? -Infinity,
    exclusiveLow === undefined ? -Infinity : exclusiveLow + nudge,
  )
  const high = Math.min(
    bound('maximum') ?? Infinity,
    exclusiveHigh === undefined ? Infinity : exclusiveHigh - nudge,
  )
  const natural =
    context.attempt > 3 && Number.isFinite(high - low)
      ? low + context.random() * (high - low)
      : naturalNumber(place, context, low, high, isWhole)
  // A few whole numbers, most of them excluded: tried one after another.
  if (context.attempt > 10 && isWhole && high - low < 40)
    return Math.ceil(low) + (context.attempt % (high - low + 1))
  const varied = context.attempt > 3 ? natural + Math.floor(context.random() * 20) : natural
  let value = Math.min(high, Math.max(low, varied))
  if (unit !== undefined) {
    value = Math.round(value / unit) * unit
    if (value < low) value = Math.ceil(low / unit - 1e-9) * unit
    if (value > high) value = Math.floor(high / unit + 1e-9) * unit
  }
  if (low > high) return low
  return isWhole ? Math.round(value) : Number(value.toPrecision(12))
}

/** A string by its format, its pattern, or its meaning, cut or stretched to the length asked for. */
export function fillString(schema: JsonObject, place: FillPlace, context: FillContext): string {
  const least = typeof schema.minLength === 'number' ? schema.minLength : 0
  const most = typeof schema.maxLength === 'number' ? schema.maxLength : 4000
  const meant = textFor(
    place.role ?? roleFromDescription(schema),
    place.subject,
    context.material,
    place.turn,
  )
  const { format: _format, ...rules } = schema
  const fits = (text: string) => isValid(text, { ...rules, type: 'string' }, context.root)
  if (typeof schema.format === 'string') {
    const value = formatValue(schema.format)
    if (value !== undefined && (fits(value) || typeof schema.pattern !== 'string')) return value
  }
  if (typeof schema.pattern === 'string') {
    const pattern = schema.pattern
    const candidates = [meant, ...candidatesFor(place), cutText(plain(meant).replaceAll(' ', '-'), most)]
    const fitting =
      context.attempt > 4 ? undefined : candidates.find((text) => matches(pattern, text) && fits(text))
    return fitting ?? stringFor(pattern, context.random, least, most, context.attempt > 4) ?? meant
  }
  let text = meant
  if (context.attempt > 4 || (place.depth > 8 && place.turn > 0)) text = `${meant} ${place.turn + 1}`
  if ([...text].length > most) text = cutWords(text, most)
  while ([...text].length < least)
    text = `${text}${text === '' ? '' : ' '}${context.material.sentences[0] ?? 'Nothing more is known.'}`
  return [...text].length > most ? [...text].slice(0, most).join('') : text
}

function cutWords(text: string, most: number): string {
  const cut = [...text].slice(0, most).join('')
  const space = cut.lastIndexOf(' ')
  return space > most * 0.6 ? cut.slice(0, space) : cut
}

function candidatesFor(place: FillPlace): string[] {
  if (place.subject.kind === 'finding') {
    const { path, line, endLine } = place.subject.finding
    return [`${path}:${line}`, `${path}:${line}-${endLine}`, path, String(line)]
  }
  return place.subject.kind === 'place' ? [place.subject.place.path] : []
}

function roleFromDescription(schema: JsonObject) {
  const role =
    typeof schema.description === 'string' ? roleOf(schema.description.split(/[.,;:(。、]/)[0] ?? '') : null
  return role === 'line' || role === 'endLine' ? null : role
}

function holdsOf(place: FillPlace, material: Material): boolean | null {
  if (place.subject.kind === 'finding') return place.subject.finding.holds
  if (material.hasClaims) return material.verdict
  if (material.findings.length > 0) return true
  return material.filesRead > 0 ? false : null
}

function severityOfPlace(place: FillPlace, { material }: FillContext): number {
  if (place.role === 'confidence') return holdsOf(place, material) === null ? 1 : 3
  if (place.subject.kind === 'finding') return place.subject.finding.severity
  return Math.max(0, ...material.findings.map(({ severity }) => severity))
}

function chooseVerdict(
  texts: readonly string[],
  verdicts: readonly (boolean | null | undefined)[],
  holds: boolean | null,
): string | undefined {
  const at = verdicts.indexOf(holds)
  if (at !== -1) return texts[at]
  // Without a word for "undecided", a claim that could not be seen is not confirmed.
  return texts[verdicts.indexOf(false)]
}

function chooseSeverity(
  texts: readonly string[],
  severities: readonly (number | null)[],
  wanted: number,
): string {
  const ranked = texts.map((text, index) => ({ text, distance: Math.abs((severities[index] ?? 9) - wanted) }))
  return ranked.sort((a, b) => a.distance - b.distance)[0]?.text ?? texts[0] ?? ''
}

function findingOf(place: FillPlace, { material }: FillContext): Finding | undefined {
  if (place.subject.kind === 'finding') return place.subject.finding
  return place.subject.kind === 'whole' ? material.findings[0] : undefined
}

function hintsOf(place: FillPlace, context: FillContext): string[] {
  const finding = findingOf(place, context)
  return finding === undefined
    ? []
    : plain(`${finding.category} ${finding.check ?? ''} ${finding.title}`).split(' ')
}

/** How many bytes one is of what a number of a place counts, by its name. */
const SIZE_UNITS: Readonly<Record<string, number>> = {
  size: 1,
  bytes: 1,
  kb: 1e3,
  kilobytes: 1e3,
  mb: 1e6,
  megabytes: 1e6,
}

/** How large a place is in the unit that is asked for; undefined where something else is asked for. */
function sizeOf({ name, subject }: FillPlace, { sizes }: Material): number | undefined {
  const unit = SIZE_UNITS[plain(name).replaceAll(' ', '')]
  if (subject.kind !== 'place' || unit === undefined) return undefined
  const paths = subject.place.files.length === 0 ? [subject.place.path] : subject.place.files
  return paths.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0) / unit
}

function naturalNumber(
  place: FillPlace,
  context: FillContext,
  low: number,
  high: number,
  isWhole: boolean,
): number {
  return sizeOf(place, context.material) ?? numberByRole(place, context, low, high, isWhole)
}

function numberByRole(
  place: FillPlace,
  context: FillContext,
  low: number,
  high: number,
  isWhole: boolean,
): number {
  const { material } = context
  const finding = place.subject.kind === 'finding' ? place.subject.finding : undefined
  const span = (part: number) =>
    Number.isFinite(high) ? Math.max(low, 0) + part * (high - Math.max(low, 0)) : undefined
  switch (place.role) {
    case 'line':
    case 'location':
      return finding?.line ?? material.findings[0]?.line ?? 1
    case 'endLine':
      return finding?.endLine ?? material.findings[0]?.endLine ?? 1
    case 'severity':
      return span(severityOfPlace(place, context) / 4) ?? severityOfPlace(place, context)
    case 'confidence': {
      const sure = holdsOf(place, context.material) === null ? 0.3 : 0.9
      return span(sure) ?? (isWhole ? sure * 100 : sure)
    }
    case 'score': {
      const weight = material.findings.reduce((sum, { severity }) => sum + severity, 0)
      const ofClaims = material.verdict === false ? 0.2 : 0.8
      const quality = material.hasClaims ? ofClaims : 1 / (1 + weight / 12)
      return span(quality) ?? quality * 10
    }
    case 'count':
      return material.findings.length || material.modules.length || material.sentences.length
    default:
      // In a finding, a whole number that nothing names is its line.
      if (finding !== undefined && isWhole) return finding.line
      return place.subject.kind === 'place' ? place.subject.place.files.length : material.findings.length
  }
}
