/**
 * The named patterns, as source of the prelude. Each is a few lines over `parallel`, and calls what it is given; an agent
 * that died is `null` there as everywhere, and no pattern takes silence for consent.
 *
 * - `patterns.mapReduce(items, map, reduce)`: `map(item, index)` for all at once, then `reduce(answers, {asked, lost})`
 *   on those that are not null. Gives what `reduce` gives.
 * - `patterns.verify(claim, check, {votes = 1})`: `check(claim, vote)` says `true` or `false`, or an object with a boolean
 *   `confirmed`. Gives `{verdict: 'confirmed' | 'refuted' | 'unverified', confirmed, refuted, unverified, votes}`: a
 *   verdict needs more than half of all votes asked for, so a dead checker leaves a claim unverified.
 * - `patterns.judge(candidates, score, {judges = 1})`: `score(candidate, index, judge)` gives a number, or an object
 *   with a number `score`. Gives `{winner, index, score, scores}` by the mean of those who answered; a candidate that
 *   nobody scored has `null` and cannot win.
 * - `patterns.untilDry(round, {dry = 2, maxRounds = 20, key})`: `round(number, found)` gives an array; repeated until
 *   `dry` rounds in a row bring nothing that was not seen before. Gives `{items, rounds, isDry}`. A round without an
 *   answer (null) is not a dry one.
 * - `patterns.gate(value, checks, critic?)`: `check(value)` passes only with `true`; anything else is the reason. The
 *   first that does not pass ends it, and `critic(value)` is asked only when all passed. Gives
 *   `{passed, failedAt, reason, value}`; `failedAt` is the index of the check, or 'critic'.
 */
export const patternsSource = `
function patternsOf() {
  const positive = (value, otherwise) => (typeof value === 'number' && value >= 1 ? value - (value % 1) : otherwise)
  const times = (count, run) => {
    const thunks = []
    for (let index = 0; index < count; index++) thunks[index] = () => run(index)
    return parallel(thunks)
  }

  async function mapReduce(items, map, reduce) {
    const all = listOf(items, 'patterns.mapReduce()')
    const answers = []
    for (const value of await times(all.length, (index) => map(all[index], index))) {
      if (value !== null && value !== undefined) answers[answers.length] = value
    }
    return reduce(answers, { asked: all.length, lost: all.length - answers.length })
  }

  async function verify(claim, check, { votes = 1 } = {}) {
    const cast = await times(positive(votes, 1), (vote) => check(claim, vote))
    const count = { confirmed: 0, refuted: 0, unverified: 0 }
    for (const vote of cast) {
      const said = vote && typeof vote === 'object' ? vote.confirmed : vote
      count[said === true ? 'confirmed' : said === false ? 'refuted' : 'unverified'] += 1
    }
    const half = cast.length / 2
    const verdict = count.confirmed > half ? 'confirmed' : count.refuted > half ? 'refuted' : 'unverified'
    return { verdict, ...count, votes: cast }
  }

  async function judge(candidates, score, { judges = 1 } = {}) {
    const all = listOf(candidates, 'patterns.judge()')
    const panel = positive(judges, 1)
    const given = await times(all.length * panel, (at) => score(all[(at - (at % panel)) / panel], (at - (at % panel)) / panel, at % panel))
    const scores = []
    let best = null
    for (let index = 0; index < all.length; index++) {
      let sum = 0
      let count = 0
      for (let at = index * panel; at < (index + 1) * panel; at++) {
        const said = given[at] && typeof given[at] === 'object' ? given[at].score : given[at]
        if (typeof said !== 'number' || said !== said) continue
        sum += said
        count += 1
      }
      scores[index] = count === 0 ? null : sum / count
      if (scores[index] !== null && (best === null || scores[index] > scores[best])) best = index
    }
    return { winner: best === null ? null : all[best], index: best, score: best === null ? null : scores[best], scores }
  }

  async function untilDry(round, { dry = 2, maxRounds = 20, key } = {}) {
    const seen = new RealSet()
    const items = []
    const nameOf = typeof key === 'function' ? key : (item) => (typeof item === 'string' ? item : stringify(item))
    let dryRounds = 0
    let rounds = 0
    while (dryRounds < positive(dry, 2) && rounds < positive(maxRounds, 20)) {
      const found = await round(rounds, [...items])
      rounds += 1
      if (found === null || found === undefined) continue
      const before = items.length
      for (const item of listOf(found, 'a round of patterns.untilDry()')) {
        const name = nameOf(item)
        if (item === null || item === undefined || seen.has(name)) continue
        seen.add(name)
        items[items.length] = item
      }
      dryRounds = items.length === before ? dryRounds + 1 : 0
    }
    return { items, rounds, isDry: dryRounds >= positive(dry, 2) }
  }

  async function gate(value, checks, critic) {
    const all = listOf(checks, 'patterns.gate()')
    const ask = async (check, failedAt) => {
      let said
      try { said = await check(value) } catch (error) { said = describe(error) }
      if (said === true) return null
      const reason = said === null || said === undefined ? 'it gave no answer' : said === false ? 'it said no' : said
      return { passed: false, failedAt, reason, value }
    }
    for (let index = 0; index < all.length; index++) {
      const failed = await ask(all[index], index)
      if (failed !== null) return failed
    }
    const failed = typeof critic === 'function' ? await ask(critic, 'critic') : null
    return failed === null ? { passed: true, failedAt: null, reason: null, value } : failed
  }

  return { mapReduce, verify, judge, untilDry, gate }
}
`
